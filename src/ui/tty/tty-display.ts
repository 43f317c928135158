import type { LivepushEvent } from '../../events.js';
import { wantsColour } from '../colour.js';
import { createOutput, type Output } from '../output.js';
import type { Renderer, RendererOptions } from '../renderer.js';
import { Backlog, mostInFrame } from './backlog.js';
import { type After, Frames, systemAfter } from './frames.js';
import { layout } from './layout.js';
import { LiveScreen } from './live-screen.js';
import { type Paint, paintFor } from './paint.js';
import { type KeyRequest, pressKey } from './press-key.js';
import { reduce } from './reduce.js';
import { ScrollText } from './scroll-text.js';
import { initialState, isBusy, type TtyState } from './state.js';
import { TaskList } from './task-list.js';

/** How often the timers of what runs are drawn anew. */
const tickMs = 100;

/** The screen of a terminal: a task list of the services at its end, above it the lines that scroll. */
export class TtyDisplay implements Renderer {
  readonly #options: RendererOptions;
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #screen: LiveScreen;
  readonly #frames: Frames;
  readonly #tasks: TaskList;
  readonly #scroll: ScrollText;
  readonly #paint: Paint;
  readonly #backlog = new Backlog();
  readonly #onResize = (): void => this.#frames.request();
  #state: TtyState = initialState;
  #isDrawing = false;
  #isClosed = false;
  /** Those who were told that the terminal is behind. */
  #waiting: (() => void)[] = [];

  constructor(options: RendererOptions, after: After = systemAfter) {
    const { stdout, stderr, env } = options;
    const colour = wantsColour(stdout, env);
    this.#options = options;
    this.#stdout = createOutput(stdout);
    this.#stderr = createOutput(stderr);
    this.#paint = paintFor({ colour });
    const columns = (): number => stdout.columns ?? 80;
    this.#screen = new LiveScreen({ columns, write: (text) => this.#stdout.write(text) });
    this.#frames = new Frames({ draw: () => this.#draw(), clock: () => this.#time(), after });
    this.#tasks = new TaskList({ paint: this.#paint, onChange: () => this.#isDrawing || this.#frames.request() });
    this.#scroll = new ScrollText({ colour, columns });
    stdout.on('resize', this.#onResize);
  }

  onEvent(event: LivepushEvent): Promise<void> | undefined {
    if (this.#isClosed) return undefined;
    const before = this.#state;
    this.#state = reduce(before, event, this.#time());
    const lines = this.#scroll.linesOf(event, this.#state);
    if (event.type === 'diagnostic' && this.#options.stderr.isTTY !== true) return this.#toStderr(lines);
    if (lines.length > 0 || this.#state !== before) this.#frames.request();
    this.#backlog.add(lines);
    return this.#backlog.size <= mostInFrame ? undefined : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** From here on keys are offered: somebody reads them, and there is a session that they act on. */
  offerKeys(): void {
    this.#set({ ...this.#state, keys: true });
  }

  /** Takes a key; what it asks for is for the caller to do. */
  press(key: string): KeyRequest | undefined {
    const { state, request } = pressKey(this.#state, key);
    this.#set(state);
    return request;
  }

  /** Says a sentence among the lines that scroll. */
  say(text: string): void {
    this.#backlog.add([text]);
    this.#frames.request();
  }

  /** From here on the display tells that the session ends. */
  stopping(): void {
    this.#set({ ...this.#state, stopping: true });
  }

  /** Draws at once, for when somebody else has used the terminal. */
  redraw(): void {
    this.restore();
    this.#frames.request();
  }

  /** Leaves the terminal as it was, without the live lines. What comes later draws them anew. */
  restore(): void {
    this.#frames.stop();
    this.#screen.clear();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#frames.stop();
    while (this.#backlog.size > 0) this.#screen.draw(this.#backlog.take(), []);
    this.restore();
    this.#options.stdout.off('resize', this.#onResize);
    for (const goOn of this.#waiting) goOn();
    await this.#tasks.close();
    await Promise.all([this.#stdout.flush(), this.#stderr.flush()]);
  }

  #time(): number {
    return this.#options.now().getTime();
  }

  #set(state: TtyState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#frames.request();
  }

  #toStderr(lines: readonly string[]): Promise<void> | undefined {
    this.#frames.request();
    return this.#stderr.write(lines.map((line) => `${line}\n`).join(''));
  }

  #draw(): void {
    if (this.#isClosed) return;
    const { columns = 80, rows = 24 } = this.#options.stdout;
    const { services } = this.#state;
    this.#isDrawing = true;
    this.#tasks.spin();
    // A line that fills the last column makes some terminals wrap, so none does.
    const frame = layout(this.#state, { columns: columns - 1, rows, paint: this.#paint, now: this.#time() });
    const lines = this.#tasks.show([...services.keys()], frame.rows);
    this.#isDrawing = false;
    if (lines !== undefined) this.#screen.draw(this.#backlog.take(), [...frame.head, ...lines, ...frame.foot]);
    if (lines === undefined || this.#backlog.size > 0) this.#frames.request();
    else for (const goOn of this.#waiting.splice(0)) goOn();
    if ([...services.values()].some(isBusy)) this.#frames.request(tickMs);
  }
}
