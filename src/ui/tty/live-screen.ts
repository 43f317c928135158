import { widthOf } from './columns.js';

/** What a terminal's size is taken from, and where text goes. */
export interface Terminal {
  columns(): number;
  write(text: string): unknown;
}

// Between these a terminal that knows them shows nothing; others pass over them.
const [beginUpdate, endUpdate] = ['\u001b[?2026h', '\u001b[?2026l'];
const [hideCursor, showCursor] = ['\u001b[?25l', '\u001b[?25h'];
const [eraseLine, eraseBelow] = ['\u001b[2K', '\u001b[J'];

/**
 * The lines at the end of a terminal that are drawn again and again, below those that scroll. All that is written goes
 * through it: text of anybody else's would be drawn over. The cursor stays on an empty line below: not all terminals
 * wrap the line with the cursor again when they become narrower.
 */
export class LiveScreen {
  readonly #terminal: Terminal;
  #lines: readonly string[] = [];
  #columns = 0;
  #isCursorHidden = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Lets lines scroll by above, and draws the live lines; none of these may be as wide as the terminal. */
  draw(scrolled: readonly string[], live: readonly string[]): void {
    const resized = this.#terminal.columns() !== this.#columns;
    if (scrolled.length === 0 && !resized && sameLines(live, this.#lines)) return;
    const start = this.#isCursorHidden ? '' : hideCursor;
    const lines =
      scrolled.length > 0 || resized ? eraseBelow + [...scrolled, ...live].map(ended).join('') : this.#changes(live);
    this.#terminal.write(`${beginUpdate}${start}${this.#toFirstLine()}${lines}${endUpdate}`);
    this.#isCursorHidden = true;
    this.#lines = live;
    this.#columns = this.#terminal.columns();
  }

  /** Takes the live lines away and shows the cursor; `draw` begins anew. */
  clear(): void {
    if (!this.#isCursorHidden) return;
    this.#terminal.write(`${this.#toFirstLine()}${eraseBelow}${showCursor}`);
    this.#isCursorHidden = false;
    this.#lines = [];
  }

  /** A terminal that became narrower has wrapped the lines by now. */
  #toFirstLine(): string {
    const columns = Math.max(1, this.#terminal.columns());
    const rowsOf = (line: string): number => Math.max(1, Math.ceil(widthOf(line) / columns));
    const up = this.#lines.reduce((rows, line) => rows + rowsOf(line), 0);
    return up > 0 ? `\r\u001b[${up}A` : '\r';
  }

  #changes(live: readonly string[]): string {
    const written = live.map((line, i) => (line === this.#lines[i] ? '' : `${eraseLine}${line}`));
    return written.map(ended).join('') + (live.length < this.#lines.length ? eraseBelow : '');
  }
}

const ended = (line: string): string => `${line}\n`;

const sameLines = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, i) => line === b[i]);
