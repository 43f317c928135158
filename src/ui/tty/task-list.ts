import {
  figures,
  Listr,
  type ListrEventManager,
  ListrEventType,
  type ListrRenderer,
  type ListrRendererFactory,
  type ListrRendererTask,
  ListrTaskState,
  Spinner,
} from 'listr2';
import type { Row } from './layout.js';
import type { Paint } from './paint.js';
import type { Mark } from './service-row.js';

type Task = ListrRendererTask<ListrRendererFactory>;

/** Where the running task list shows its lines. */
interface Surface {
  readonly paint: Paint;
  readonly spinner: Spinner;
  readonly onChange: () => void;
  lines: () => string[];
}

/** A renderer of listr2 that gives its lines to whoever draws the screen, instead of writing them itself. */
class LineRenderer implements ListrRenderer {
  static nonTTY = true;
  static rendererOptions: { surface?: Surface } = {};
  static rendererTaskOptions: never;
  readonly #tasks: readonly Task[];
  readonly #surface: Surface | undefined;
  readonly #events: ListrEventManager | undefined;

  constructor(tasks: Task[], { surface }: { surface?: Surface }, events?: ListrEventManager) {
    this.#tasks = tasks;
    this.#surface = surface;
    this.#events = events;
  }

  render = (): void => {
    const surface = this.#surface;
    if (!surface) return;
    surface.lines = () => this.#tasks.flatMap((task) => linesOf(task, surface));
    this.#events?.on(ListrEventType.SHOULD_REFRESH_RENDER, surface.onChange);
  };

  end = (): void => this.#events?.off(ListrEventType.SHOULD_REFRESH_RENDER);
}

/** A task without a title is not shown. */
function linesOf({ title, output, state }: Task, surface: Surface): string[] {
  if (!title) return [];
  return [`${figureOf(state, surface)} ${title}`, ...(output ? output.split('\n') : [])];
}

function figureOf(state: string, { paint, spinner }: Surface): string {
  switch (state) {
    case ListrTaskState.STARTED:
      return paint.yellow(spinner.fetch());
    case ListrTaskState.COMPLETED:
      return paint.green(figures.tick);
    case ListrTaskState.FAILED:
      return paint.red(figures.cross);
    default:
      return paint.dim(figures.pointerSmall);
  }
}

const stateOf: Readonly<Record<Mark, ListrTaskState>> = {
  busy: ListrTaskState.STARTED,
  good: ListrTaskState.COMPLETED,
  bad: ListrTaskState.FAILED,
  idle: ListrTaskState.SKIPPED,
};

type ServiceTasks = Listr<unknown, typeof LineRenderer, typeof LineRenderer>;

/**
 * One task of listr2 for each service. A list of listr2 takes no further task once it runs, so services that come later
 * begin a new list, in which all are.
 */
export class TaskList {
  readonly #surface: Surface;
  #services: readonly string[] = [];
  #listr: ServiceTasks | undefined;
  #finish = (): void => {};
  #ended: Promise<unknown> = Promise.resolve();

  constructor({ paint, onChange }: Pick<Surface, 'paint' | 'onChange'>) {
    this.#surface = { paint, onChange, spinner: new Spinner(), lines: () => [] };
  }

  /** Turns the marks of busy services one step on. */
  spin(): void {
    this.#surface.spinner.spin();
  }

  /** Brings the tasks up to date and gives their lines, in the order of `services`; none while a new list only begins. */
  show(services: readonly string[], rows: readonly Row[]): string[] | undefined {
    if (services.length !== this.#services.length) this.#begin(services);
    const tasks = this.#listr?.tasks ?? [];
    const shown = new Map(rows.map((row) => [row.service, row]));
    for (const [i, task] of tasks.entries()) update(task, shown.get(services[i] ?? ''));
    return tasks.some(({ state }) => state === ListrTaskState.WAITING) ? undefined : this.#surface.lines();
  }

  /** Ends the running list. */
  async close(): Promise<void> {
    this.#finish();
    await this.#ended;
  }

  #begin(services: readonly string[]): void {
    this.#finish();
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    this.#services = services;
    this.#listr = new Listr(
      services.map((title) => ({ title, task: () => finished })),
      {
        concurrent: true,
        exitOnError: false,
        registerSignalListeners: false,
        renderer: LineRenderer,
        rendererOptions: { surface: this.#surface },
        fallbackRenderer: LineRenderer,
        fallbackRendererOptions: { surface: this.#surface },
      },
    );
    this.#ended = this.#listr.run();
  }
}

/** Only what differs is set: each setting makes listr2 ask for a new frame. */
function update(task: Task, row: Row | undefined): void {
  const title = row?.title ?? '';
  const output = row?.details.join('\n') ?? '';
  if (task.title !== title) task.title$ = title;
  if ((task.output ?? '') !== output) task.output$ = output;
  const state = row === undefined ? task.state : stateOf[row.mark];
  if (task.state !== state && task.state !== ListrTaskState.WAITING) task.state$ = state;
}
