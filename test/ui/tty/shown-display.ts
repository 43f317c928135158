import { setImmediate as turn } from 'node:timers/promises';
import type { LivepushEvent } from '../../../src/events.js';
import { TtyDisplay } from '../../../src/ui/tty/tty-display.js';
import { TextSink } from '../text-stream.js';
import { HeadlessTerminal } from './headless-terminal.js';

/** A display on a terminal without a window, with a clock that stands still until it is told to go on. */
export class ShownDisplay {
  readonly terminal: HeadlessTerminal;
  readonly stderr: TextSink;
  readonly display: TtyDisplay;
  #now = 0;
  #timers: { due: number; run: () => void }[] = [];

  constructor({ columns = 80, rows = 24, env = { NO_COLOR: '1' } as NodeJS.ProcessEnv, stderrIsTTY = true } = {}) {
    this.terminal = new HeadlessTerminal({ columns, rows });
    this.stderr = new TextSink({ isTTY: stderrIsTTY });
    const { terminal: stdout, stderr } = this;
    const after = (ms: number, run: () => void) => {
      const timer = { due: this.#now + ms, run };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      };
    };
    this.display = new TtyDisplay({ stdout, stderr, env, now: () => new Date(this.#now) }, after);
  }

  /** Feeds events, ten milliseconds apart, and draws what is due. */
  async play(...events: readonly LivepushEvent[]): Promise<void> {
    for (const event of events) {
      void this.display.onEvent(event);
      await this.advance(10);
    }
    await this.advance(100);
  }

  /** Lets time pass, in milliseconds. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await turn(); // listr2 begins and ends tasks in promises
      const [next] = this.#timers.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (!next) break;
      this.#now = Math.max(this.#now, next.due);
      this.#timers = this.#timers.filter((other) => other !== next);
      next.run();
    }
    this.#now = end;
    await new Promise<void>((resolve) => this.terminal.write('', () => resolve()));
  }

  /** What the user sees. */
  async screen(): Promise<string> {
    await this.advance(0);
    return this.terminal.screen();
  }

  /** Presses keys one after the other, and gives what they ask for. */
  async press(...keys: readonly string[]) {
    const requests = keys.map((key) => this.display.press(key));
    await this.advance(100);
    return requests.filter((request) => request !== undefined);
  }
}
