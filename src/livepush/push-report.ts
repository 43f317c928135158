import type { LivepushError, LivepushErrorCode } from '../errors.js';
import type { LivepushEvent } from '../events.js';
import { ContainerNotRunningError, RebuildRequiredError, RuntimeError } from './errors.js';
import type { CommandRun, FilesOfStage, LivepushEnd, LivepushEvents, LivepushOutcome } from './events.js';

/** Passes an event on to the listeners of an instance. */
export type Emit = <Name extends keyof LivepushEvents>(name: Name, ...args: LivepushEvents[Name]) => void;

type Of<Type extends LivepushEvent['type']> = Extract<LivepushEvent, { type: Type }>;

/** What a push has done so far. */
class OpenPush {
  readonly copied: FilesOfStage[] = [];
  readonly deleted: FilesOfStage[] = [];
  readonly commands: CommandRun[] = [];
  restarted = false;
  fault: Of<'diagnostic'> | undefined;
}

interface Waiting {
  /** Number of the push that is waited for. */
  readonly push: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Tells the story of pushes to the listeners of an instance, and how each ended to those who asked for it. */
export class PushReport {
  readonly #emit: Emit;
  #last = 0;
  #open: OpenPush | undefined;
  #waiting: Waiting[] = [];

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Number of the push that started last; they count from 1. */
  get last(): number {
    return this.#last;
  }

  /** A push is under way. */
  get running(): boolean {
    return this.#open !== undefined;
  }

  /** Resolves when a push has ended, whichever way a clean one may; rejects with what it failed of. */
  ended(push: number): Promise<void> {
    if (push < this.#last || (push === this.#last && !this.#open)) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ push, resolve, reject }));
  }

  /** Lets go of everybody who waits: no push will start. */
  release(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  readonly sink = (event: LivepushEvent): undefined => {
    switch (event.type) {
      case 'livepushStart':
        this.#last = event.push;
        this.#open = new OpenPush();
        this.#emit('livepushStart', { addedOrUpdated: event.changed, deleted: event.deleted });
        break;
      case 'livepushEnd':
        this.#end(event);
        break;
      case 'filesCopied':
      case 'filesDeleted': {
        const { stageIdx, count, bytes } = event;
        const list = event.type === 'filesCopied' ? this.#open?.copied : this.#open?.deleted;
        list?.push({ stageIdx, count, bytes });
        break;
      }
      case 'commandExecute':
      case 'commandOutput':
      case 'commandReturn':
        this.#command(event);
        break;
      case 'containerRestart':
        if (this.#open) this.#open.restarted = true;
        this.#emit('containerRestart', { containerId: event.containerId });
        break;
      case 'cancel':
        this.#emit('cancel');
        break;
      case 'diagnostic':
        if (this.#open && event.severity === 'error') this.#open.fault ??= event;
        break;
    }
    return undefined;
  };

  #command(event: Of<'commandExecute' | 'commandOutput' | 'commandReturn'>): void {
    const { stageIdx } = event;
    if (event.type === 'commandOutput') {
      // the engine was told to keep each byte
      const data = Buffer.from(event.data, 'latin1');
      this.#emit('commandOutput', { stageIdx, output: { data, isStderr: event.stream === 'stderr' } });
      return;
    }
    const { command } = event;
    const commands = this.#open?.commands;
    if (event.type === 'commandExecute') {
      commands?.push({ stageIdx, command, returnCode: undefined });
      this.#emit('commandExecute', { stageIdx, command });
    } else {
      const { returnCode } = event;
      commands?.splice(-1, 1, { stageIdx, command, returnCode });
      this.#emit('commandReturn', { stageIdx, returnCode, command });
    }
  }

  #end({ push, outcome, durationMs, rebuild }: Of<'livepushEnd'>): void {
    const { copied, deleted, commands, restarted, fault } = this.#open ?? new OpenPush();
    this.#open = undefined;
    const error = outcome === 'cancelled' ? undefined : errorOf(fault, rebuild);
    const ended: LivepushOutcome = rebuild === undefined ? outcome : 'rebuild-required';
    const done: Omit<LivepushEnd, 'reason'> = { outcome: ended, durationMs, copied, deleted, commands, restarted };
    const settled = this.#waiting.filter((waiting) => waiting.push <= push);
    this.#waiting = this.#waiting.filter((waiting) => waiting.push > push);
    this.#emit('livepushEnd', { ...done, reason: rebuild ?? error?.message });
    for (const { resolve, reject } of settled) error ? reject(error) : resolve();
  }
}

/** What a push that failed is reported as. A command that failed is no error: its code was told. */
function errorOf(fault: Of<'diagnostic'> | undefined, rebuild: string | undefined): LivepushError | undefined {
  if (rebuild !== undefined) return new RebuildRequiredError(rebuild);
  if (!fault) return undefined;
  const { code, message, hint } = fault;
  if (code === 'container-lost') return new ContainerNotRunningError(message, { hint });
  if (code === 'copy-source-missing') return new RuntimeError('context-file', message, { hint });
  return new RuntimeError(code as LivepushErrorCode, message, { hint });
}
