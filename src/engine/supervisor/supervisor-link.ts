import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Container, ExecProcess } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';
import { LINK } from './supervisor-script.js';

/** How a supervised main process is. */
type ProcessState =
  | { readonly kind: 'running'; readonly run: number }
  | { readonly kind: 'exited'; readonly run: number; readonly code: number };

type Report = ProcessState | { readonly kind: 'stopping' | 'synced' | 'absent' };

/** A report of the supervisor: a word, the number of the run, and the exit code or process id. */
function readReport(line: string): Report | undefined {
  const [word, run, value] = line.split(' ');
  switch (word) {
    case 'running':
      return { kind: word, run: Number(run) };
    case 'exited':
      return { kind: word, run: Number(run), code: Number(value) };
    case 'stopping':
    case 'synced':
    case 'absent':
      return { kind: word };
    default:
      return undefined;
  }
}

/** The end of a main process that ended by itself with an error. */
export interface ProcessExit {
  readonly code: number;
}

export interface SupervisorLinkOptions {
  readonly container: () => Promise<Container>;
  /** Told when the main process has ended by itself; the container goes on. */
  readonly onExit: (exit: ProcessExit) => void;
}

/**
 * The line to the supervisor in a container: one session that asks it for restarts and hears of the process's end. Runs
 * as the container's own user, who alone may open the supervisor's pipe. Its end (with the container's, say) is noticed,
 * and the next request opens another.
 */
export class SupervisorLink {
  readonly #options: SupervisorLinkOptions;
  #session: Promise<Session | undefined> | undefined;
  #exit: ProcessExit | undefined;
  #absent = false;
  #told = false;

  constructor(options: SupervisorLinkOptions) {
    this.#options = options;
  }

  /** How the main process has ended, as long as no other was started; undefined while it runs, as far as is known. */
  get exit(): ProcessExit | undefined {
    return this.#exit;
  }

  /** Listens from now on; false where no supervisor is at work. Throws what an exec throws. */
  async open(): Promise<boolean> {
    return (await this.#current()) !== undefined;
  }

  /**
   * Ends the main process with its stop signal, kills it after the grace period, and resolves when another one was started;
   * false where no supervisor is at work. Throws `container-lost` when the container ends meanwhile.
   *
   * @param grace milliseconds
   */
  async restart(grace: number): Promise<boolean> {
    const session = await this.#current();
    await session?.restart(grace);
    return session !== undefined;
  }

  /** True once, when it has turned out that there is no supervisor where one was expected. */
  tellAbsence(): boolean {
    if (!this.#absent || this.#told) return false;
    this.#told = true;
    return true;
  }

  close(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#exit = undefined;
    session?.then(
      (open) => open?.close(),
      () => {},
    );
  }

  /** Whoever comes while a session is being opened gets the same one. Where there is no supervisor, there never will be. */
  #current(): Promise<Session | undefined> {
    if (this.#absent) return Promise.resolve(undefined);
    const before = this.#session?.catch(() => undefined) ?? Promise.resolve(undefined);
    this.#session = before.then((session) => (session && !session.isOver ? session : this.#open()));
    return this.#session;
  }

  async #open(): Promise<Session | undefined> {
    const container = await this.#options.container();
    // the working directory may have been removed by a push
    const process = await container.exec({ argv: ['/bin/sh', '-c', LINK], workdir: '/', stdin: true });
    const session = new Session(process, (state) => this.#note(state));
    if (await session.isThere()) return session;
    session.close();
    this.#absent = true;
    return undefined;
  }

  #note(state: ProcessState | undefined): void {
    if (state?.kind !== 'exited') this.#exit = undefined;
    else if (!this.#exit) {
      this.#exit = { code: state.code };
      this.#options.onExit(this.#exit);
    }
  }
}

/** Something that is waited for among the reports. */
interface Waiter {
  readonly fits: (report: Report) => boolean;
  readonly resolve: (report: Report) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Milliseconds after which what was not reported is asked for: a link that was closed just now may have read it in place of
 * this one.
 */
const ASK_AGAIN = 2_000;

/**
 * Milliseconds that a process has at least: the request that kills must not come when another one was started, which it
 * would restart.
 */
const LEAST_GRACE = 100;

/** One run of the link's script. */
class Session {
  readonly #process: ExecProcess;
  /** Told how the process is; undefined when that is not known any more. */
  readonly #onState: (state: ProcessState | undefined) => void;
  #waiters: Waiter[] = [];
  #state: ProcessState | undefined;
  /** The reports from before this session have been read. */
  #synced = false;
  #over: { readonly error: unknown } | undefined;

  constructor(process: ExecProcess, onState: (state: ProcessState | undefined) => void) {
    this.#process = process;
    this.#onState = onState;
    process.stderr.resume();
    process.stdin.on('error', () => {});
    createInterface({ input: process.stdout }).on('line', (line) => this.#take(readReport(line)));
    const lost = () =>
      new LivepushError('container-lost', 'The container stopped while its main process was restarted.');
    process.exit.then(
      () => this.#lose(lost()),
      (error: unknown) => this.#lose(error),
    );
  }

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  /** Whether there is a supervisor; it says at once how its process is. */
  async isThere(): Promise<boolean> {
    const { kind } = await this.#insist(({ kind }) => kind === 'synced' || kind === 'absent');
    return kind === 'synced';
  }

  async restart(grace: number): Promise<void> {
    const run = this.#state?.run ?? 0;
    const started = this.#insist((report) => report.kind === 'running' && report.run > run);
    const stopping = this.#report(({ kind }) => kind === 'stopping');
    this.#ask();
    const timer = new AbortController();
    // the second request kills: it must not be taken for one with the first, which the supervisor has to have seen
    const kill = stopping
      .then(() => delay(Math.max(grace, LEAST_GRACE), undefined, { signal: timer.signal }))
      .then(() => this.#ask());
    kill.catch(() => {});
    await started.finally(() => timer.abort());
  }

  close(): void {
    this.#end(new LivepushError('container-lost', 'The line to the container was closed.'));
    this.#process.stdin.end();
    this.#process.destroy();
  }

  #ask(): void {
    this.#process.stdin.write('restart\n');
  }

  async #insist(fits: Waiter['fits']): Promise<Report> {
    const timer = setInterval(() => this.#process.stdin.write('tell\n'), ASK_AGAIN);
    try {
      return await this.#report(fits);
    } finally {
      clearInterval(timer);
    }
  }

  #report(fits: Waiter['fits']): Promise<Report> {
    return new Promise((resolve, reject) => {
      if (this.#over) reject(this.#over.error);
      else this.#waiters.push({ fits, resolve, reject });
    });
  }

  #take(report: Report | undefined): void {
    if (!report || this.#over) return;
    if (report.kind === 'running' || report.kind === 'exited') this.#state = report;
    if (report.kind === 'synced') this.#synced = true;
    if (this.#synced && this.#state) this.#onState(this.#state);
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ fits }) => !fits(report));
    for (const waiter of waiters) if (waiter.fits(report)) waiter.resolve(report);
  }

  #lose(error: unknown): void {
    if (!this.#over) this.#onState(undefined);
    this.#end(error);
  }

  #end(error: unknown): void {
    this.#over ??= { error };
    for (const { reject } of this.#waiters) reject(error);
    this.#waiters = [];
  }
}
