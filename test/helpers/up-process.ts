import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LivepushEvent } from '../../src/events.js';
import { EventLog } from './event-log.js';

type EventType = LivepushEvent['type'];

/** One kind of event. */
export type EventOf<Type extends EventType> = Extract<LivepushEvent, { type: Type }>;

/** Where and how `up` runs. */
export interface UpOptions {
  /** Absolute path of the folder with the compose file. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** `up` when left out. */
  readonly command?: string;
  /** After the command and, for all but `down`, `--progress json`. */
  readonly args?: readonly string[];
  /** True: in a process group of its own, as a shell in a terminal starts it; for `pressCtrlC`. */
  readonly ownGroup?: boolean;
  /** True: `up` may build a service anew whose long step is in the build cache, which on a busy machine is any of them. */
  readonly buildCache?: boolean;
}

/** How a process ended: its exit code, or the signal that killed it. */
export type ProcessEnd = number | NodeJS.Signals;

/** One push from its start to its end. */
export interface SeenPush {
  readonly start: EventOf<'livepushStart'>;
  /** Everything that was reported about the push, its start and end too. */
  readonly events: readonly LivepushEvent[];
  readonly outcome: EventOf<'livepushEnd'>['outcome'];
  /** Commands that ended with 0, in their order. */
  readonly commands: readonly string[];
  /** Ids of the containers that were restarted, in their order. */
  readonly restarted: readonly string[];
}

/** `docker-livepush up` as a process of its own, with its events as they come. */
export class UpProcess {
  readonly log = new EventLog();
  /** Lines on standard output that are no JSON object with a type: there must be none. */
  readonly strayLines: string[] = [];
  readonly #child: ChildProcess;
  readonly #errorLines: string[] = [];
  #end: ProcessEnd | undefined;
  /** Milliseconds to wait; few once it was in vain, so that a session that hangs does not cost each later test as much. */
  #patience = 120_000;

  constructor({ cwd, env, command = 'up', args = [], ownGroup = false, buildCache = false }: UpOptions) {
    const program = 'dist-test/src/cli/main.js';
    const progress = command === 'down' ? [] : ['--progress', 'json'];
    const cache = command === 'up' && !buildCache ? ['--no-build-cache'] : [];
    const child = spawn(process.execPath, [`${process.cwd()}/${program}`, command, ...progress, ...cache, ...args], {
      cwd,
      env,
      detached: ownGroup,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    createInterface(child.stdout).on('line', (line) => this.#take(line));
    createInterface(child.stderr).on('line', (line) => this.#errorLines.push(line));
    child.once('close', (code, signal) => {
      this.#end = code ?? signal ?? 'SIGKILL';
      this.log.wake();
    });
  }

  get events(): readonly LivepushEvent[] {
    return this.log.events;
  }

  /** Its process id. */
  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('It was never started.');
    return this.#child.pid;
  }

  /** What it wrote to standard error so far. */
  get stderr(): string {
    return this.#errorLines.join('\n');
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /** The place in the story for `since`: events from now on. */
  mark(): number {
    return this.events.length;
  }

  /** Events of one kind, from a place of the story on. */
  all<Type extends EventType>(type: Type, since = 0): EventOf<Type>[] {
    return this.events.slice(since).filter((event): event is EventOf<Type> => event.type === type);
  }

  /** The first event of a kind that fits. Throws when there is none in time, or when the process ended without. */
  wait<Type extends EventType>(
    type: Type,
    { since = 0, where = () => true }: { since?: number; where?: (event: EventOf<Type>) => boolean } = {},
  ): Promise<EventOf<Type>> {
    return this.#until(() => {
      const found = this.all(type, since).find(where);
      if (!found && !this.isRunning) throw new Error(`It ended (${this.#end}) before ${type}.`);
      return found;
    }, `an event ${type}`);
  }

  ready(): Promise<EventOf<'ready'>> {
    return this.wait('ready');
  }

  /** The first push of a service that begins after a place of the story and is not cancelled, at its end. */
  async push(service: string, since: number): Promise<SeenPush> {
    const { push, outcome } = await this.wait('livepushEnd', {
      since,
      where: (end) =>
        end.service === service &&
        end.outcome !== 'cancelled' &&
        this.all('livepushStart', since).some((start) => start.service === service && start.push === end.push),
    });
    const events = this.events.filter((event) => 'push' in event && event.service === service && event.push === push);
    const start = events.find((event) => event.type === 'livepushStart');
    if (!start) throw new Error('A push ended that did not start.');
    const commands = events.flatMap((event) =>
      event.type === 'commandReturn' && event.returnCode === 0 ? [event.command] : [],
    );
    const restarted = events.flatMap((event) => (event.type === 'containerRestart' ? [event.containerId] : []));
    return { start, events, outcome, commands, restarted };
  }

  /** Resolves when no push and no rebuild of a service is under way; an edit that was not noticed yet is not waited for. */
  settled(service: string): Promise<true> {
    return this.#until(() => this.log.isIdle(service) || undefined, `${service} to settle`);
  }

  /** The next line of a service's log that fits, from a place of the story on. */
  logLine(service: string, pattern: RegExp, since: number): Promise<EventOf<'log'>> {
    return this.wait('log', { since, where: (event) => event.service === service && pattern.test(event.line) });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** What a terminal does on Ctrl-C: SIGINT to the process and to all that it has started. Needs `ownGroup`. */
  pressCtrlC(): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGINT');
  }

  /** Resolves when the process has ended and all that it wrote is read. */
  ended(): Promise<ProcessEnd> {
    return this.#until(() => this.#end, 'its end');
  }

  /** Ends it with a signal, unless it has ended. */
  stop(signal: NodeJS.Signals = 'SIGINT'): Promise<ProcessEnd> {
    this.signal(signal);
    return this.ended();
  }

  async #until<Result>(ask: () => Result | undefined, what: string): Promise<Result> {
    try {
      return await this.log.until(ask, { what, within: this.#patience });
    } catch (cause) {
      this.#patience = 3_000;
      const tail = this.events.slice(-15).map((event) => JSON.stringify(event));
      throw new Error([String(cause), ...tail, this.stderr].join('\n'), { cause });
    }
  }

  #take(line: string): void {
    const event = eventOf(line);
    if (event) this.log.sink(event);
    else this.strayLines.push(line);
  }
}

function eventOf(line: string): LivepushEvent | undefined {
  try {
    const value: LivepushEvent = JSON.parse(line);
    return typeof value.type === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
