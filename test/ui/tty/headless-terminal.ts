import { Writable } from 'node:stream';
import xterm from '@xterm/headless';

/** A terminal without a window: an output stream, and what a user would see of it. */
export class HeadlessTerminal extends Writable {
  readonly isTTY = true;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  /** All that was written. */
  written = '';

  constructor({ columns, rows }: { readonly columns: number; readonly rows: number }) {
    super();
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  /** As when the user drags the corner of the window. */
  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.emit('resize');
  }

  /** The lines on the screen, without blank ones at its end. */
  screen(): string {
    return this.#lines(this.#terminal.buffer.active.viewportY);
  }

  /** The lines on the screen and those that scrolled out of it. */
  history(): string {
    return this.#lines(0);
  }

  /** Whether the cursor is hidden, which an ended program must not leave behind. */
  get isCursorHidden(): boolean {
    return this.written.lastIndexOf('\u001b[?25l') > this.written.lastIndexOf('\u001b[?25h');
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written += chunk.toString();
    this.#terminal.write(chunk, done);
  }

  #lines(first: number): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length - first }, (_, i) => active.getLine(first + i));
    const texts = lines.map((line) => line?.translateToString(true) ?? '');
    return `${texts.join('\n').trimEnd()}\n`;
  }
}
