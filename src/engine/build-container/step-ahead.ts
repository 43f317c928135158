import type { Readable } from 'node:stream';
import type { Container, ExecOptions, ExecProcess } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';
import { whileAwake } from '../shell/while-awake.js';

/** What the process of a step is made with. */
export type StepExec = Required<Pick<ExecOptions, 'argv' | 'user' | 'workdir' | 'env'>>;

/** The code of a process that has not become a step. */
const REFUSED = 97;

/** Passes the environment on without what shells put into it; a value is never an argument, which everybody can read. */
const bare = '/usr/bin/env -u _ -u PWD -u OLDPWD -u SHLVL';

/**
 * Waits for a line, and becomes the step: an empty line says that it does. What the engine looks up when it starts a process
 * must not have changed by then: the user and its home, the working directory, the program. A shell that makes something
 * else of the environment it is given refuses at once.
 */
const script = `
{ go= who=$(/bin/cat /etc/passwd /etc/group) &&
  [ "$(${bare} | sort)" = "$(tr '\\0' '\\n' </proc/$$/environ | sort)" ] &&
  IFS= read -r go &&
  cd -- "$1" && shift && [ -f "$1" ] && [ -x "$1" ] && [ "$who" = "$(/bin/cat /etc/passwd /etc/group)" ]
} 2>/dev/null || exit ${REFUSED}
echo
exec ${bare} "$@" </dev/null`;

interface Started {
  readonly process: ExecProcess;
  /** False where it has ended before. */
  readonly begins: Promise<boolean>;
}

interface Waiting {
  readonly key: string;
  readonly started: Promise<Started>;
  isOver: boolean;
}

interface StepAheadOptions {
  readonly container: () => Promise<Container>;
  /** Ends all processes of the container. */
  readonly endAll: () => Promise<void>;
}

/**
 * The process of a step, started before an edit asks for it: to begin is then a tenth of what a new process costs. At most
 * one waits, and only between pushes.
 */
export class StepAhead {
  readonly #options: StepAheadOptions;
  #expected: StepExec | undefined;
  #waiting: Waiting | undefined;
  /** The image lacks what it takes. */
  #cannot = false;

  constructor(options: StepAheadOptions) {
    this.#options = options;
  }

  /** A step has run that the next push is likely to begin with; only the first one of a push counts. */
  expect(step: StepExec): void {
    this.#expected ??= step;
  }

  /** The push is at its end: the process of the step that is expected is started. Trouble with it is no trouble. */
  start(): void {
    const step = this.#expected;
    this.#expected = undefined;
    if (!step || this.#waiting || this.#cannot) return;
    const { argv, workdir } = step;
    const words = ['/bin/sh', '-c', script, 'sh', workdir, ...argv];
    const waiting = { key: keyOf(step), started: this.#exec({ ...step, argv: words, stdin: true }), isOver: false };
    this.#waiting = waiting;
    void this.#watch(waiting);
  }

  async #exec(options: ExecOptions): Promise<Started> {
    const container = await this.#options.container();
    const process = await container.exec(options);
    return { process, begins: begins(process.stdout) };
  }

  async #watch(waiting: Waiting): Promise<void> {
    try {
      const started = await waiting.started;
      if (await started.begins) return;
      waiting.isOver = true;
      if (hasRefused(await codeOf(started)) && this.#waiting === waiting) this.#cannot = true;
    } catch {
      waiting.isOver = true;
    }
  }

  /**
   * The process of a step that has begun just now; undefined where none was started for it, or it cannot be: nothing of it
   * has run then, and nothing that was started goes on. Throws `container-lost` where nobody knows whether it has begun.
   */
  async go(step: StepExec): Promise<ExecProcess | undefined> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    const started = await waiting?.started.catch(() => undefined);
    if (!waiting || !started || waiting.isOver) return undefined;
    const { process } = started;
    if (waiting.key !== keyOf(step)) {
      await this.#options.endAll();
      process.destroy();
      return undefined;
    }
    process.stdin.write('\n');
    const container = await this.#options.container();
    if (await whileAwake(container, started.begins)) return process;
    if (hasRefused(await whileAwake(container, codeOf(started)))) return undefined;
    throw new LivepushError('container-lost', 'The process of a step ended before it could tell that it begins.');
  }

  /** Whatever waits was ended. */
  forget(): void {
    void this.#waiting?.started.then(({ process }) => process.destroy()).catch(() => {});
    this.#waiting = undefined;
  }
}

const keyOf = ({ argv, user, workdir, env }: StepExec): string => JSON.stringify([argv, user, workdir, env]);

/** The code that it has ended with; undefined where the engine could not start it. */
async function codeOf({ process }: Started): Promise<number | undefined> {
  process.stderr.resume();
  try {
    return await process.exit;
  } catch (error) {
    if (error instanceof LivepushError && error.code === 'container-refused') return undefined;
    throw error;
  }
}

const hasRefused = (code: number | undefined): boolean => code === undefined || code === REFUSED;

/** Takes the line that says that the step begins; false where the output ends before it. */
function begins(stdout: Readable): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (has: boolean): void => {
      stdout.off('readable', look).off('end', none).off('close', none);
      resolve(has);
    };
    const none = (): void => end(false);
    const look = (): void => {
      if (stdout.read(1) !== null) end(true);
    };
    stdout.on('readable', look).on('end', none).on('close', none);
  });
}
