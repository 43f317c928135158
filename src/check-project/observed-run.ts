import type { EventSink, LivepushEvent } from '../events.js';

/** Lines of output that are kept of each service. */
const KEPT = 15;

type OfType<Type extends LivepushEvent['type']> = Extract<LivepushEvent, { type: Type }>;

/** What was seen of a push. */
export interface SeenPush {
  readonly outcome: OfType<'livepushEnd'>['outcome'];
  /** Why it was handed over to a rebuild. */
  readonly rebuild: string | undefined;
  readonly restarted: boolean;
  /** Files came to the service's containers, or went from them, besides what commands leave differently each time. */
  readonly landed: boolean;
  /** The command that ended with another code than 0. */
  readonly failed: { readonly command: string; readonly code: number } | undefined;
  /** Output of its commands, the last lines. */
  readonly output: readonly string[];
  /** What was said about it. */
  readonly errors: readonly OfType<'diagnostic'>[];
}

class SeenService {
  readonly build: string[] = [];
  readonly logs: string[] = [];
  readonly ends: OfType<'livepushEnd'>[] = [];
  readonly errors: OfType<'diagnostic'>[] = [];
  output: string[] = [];
  failed: SeenPush['failed'];
  restarts = 0;
  containerIds: readonly string[] = [];
  landed = false;
  exitCode: number | undefined;
}

const keep = (lines: string[], text: string): void => {
  for (const line of text.split('\n')) if (line.trim() !== '') lines.push(line);
  lines.splice(0, Math.max(0, lines.length - KEPT));
};

/** Remembers what a session tells of each service, and hands it on. */
export class ObservedRun {
  readonly #seen = new Map<string, SeenService>();
  readonly #sink: EventSink;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  readonly sink: EventSink = (event) => {
    if ('service' in event && event.service !== undefined) this.#note(this.#of(event.service), event);
    return this.#sink(event);
  };

  /** The last lines that a build of the service printed. */
  buildOutput(service: string): readonly string[] {
    return this.#of(service).build;
  }

  /** The last lines that the service's containers printed. */
  logs(service: string): readonly string[] {
    return this.#of(service).logs;
  }

  /** The code of a main process that has ended in a container that goes on, and was not started again. */
  exitCode(service: string): number | undefined {
    return this.#of(service).exitCode;
  }

  /** What all services printed last, each line with the name of its service. */
  lastLines(): string[] {
    return [...this.#seen].flatMap(([name, { build, logs }]) =>
      (logs.length > 0 ? logs : build).slice(-5).map((line) => `${name} | ${line}`),
    );
  }

  /** What has come of the pushes since the last call. */
  takePush(service: string): SeenPush {
    const seen = this.#of(service);
    const end = seen.ends.at(-1);
    const push: SeenPush = {
      outcome: end?.outcome ?? 'nothing',
      rebuild: end?.rebuild,
      restarted: seen.restarts > 0,
      landed: seen.landed,
      failed: seen.failed,
      output: seen.output,
      errors: [...seen.errors],
    };
    seen.ends.length = 0;
    seen.errors.length = 0;
    seen.output = [];
    seen.failed = undefined;
    seen.restarts = 0;
    seen.landed = false;
    return push;
  }

  #of(service: string): SeenService {
    const seen = this.#seen.get(service) ?? new SeenService();
    this.#seen.set(service, seen);
    return seen;
  }

  #note(seen: SeenService, event: LivepushEvent): void {
    switch (event.type) {
      case 'buildOutput':
        keep(seen.build, event.line);
        return;
      case 'log':
        keep(seen.logs, event.line);
        return;
      case 'commandExecute':
        keep(seen.output, `$ ${event.command}`);
        return;
      case 'commandOutput':
        keep(seen.output, event.data);
        return;
      case 'commandReturn':
        if (event.returnCode !== 0) seen.failed = { command: event.command, code: event.returnCode };
        return;
      case 'attached':
        seen.containerIds = event.containerIds;
        return;
      case 'filesCopied':
      case 'filesDeleted':
        seen.landed ||= event.incidental !== true && seen.containerIds.includes(event.containerId);
        return;
      case 'processExit':
        seen.exitCode = event.exitCode;
        return;
      case 'containerRestart':
        seen.exitCode = undefined;
        seen.restarts += 1;
        return;
      case 'livepushEnd':
        seen.ends.push(event);
        return;
      case 'diagnostic':
        if (event.severity === 'error') seen.errors.push(event);
        return;
      default:
        return;
    }
  }
}
