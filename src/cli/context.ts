import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { BaseContext } from 'clipanion';
import type { runProject } from '../run-project.js';
import type { TextStream } from '../ui/renderer.js';
import { homeFolder } from './home-folder.js';
import { interruptible } from './interrupt.js';
import type { KeyStream } from './keys.js';
import { type DockerFlags, type Invocation, pluginSocketOf } from './plugin.js';
import { type TerminalHost, terminalHost } from './terminal-host.js';

/** All that commands know of the world. */
export interface CliContext extends BaseContext {
  readonly stdin: KeyStream;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly cwd: string;
  readonly tmpdir: string;
  readonly homedir: string;
  readonly now: () => Date;
  /** What a user types to call the program. */
  readonly program: string;
  /** Options of the Docker CLI that were given before our own arguments. */
  readonly docker: DockerFlags;
  readonly terminal: TerminalHost;
  /** Runs something that can be stopped by Ctrl-C and the like. */
  readonly interruptible: <T>(run: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Loaded only when a command needs it, so that help and plugin metadata are fast. */
  readonly loadRunProject: () => Promise<typeof runProject>;
}

/** The context of a process. `endNow` must not return. */
export function createContext(
  process: NodeJS.Process,
  { program, docker }: Pick<Invocation, 'program' | 'docker'>,
  endNow: () => void,
): CliContext {
  const { env, stdin, stdout, stderr } = process;
  return {
    env,
    stdin,
    stdout,
    stderr,
    colorDepth: 1,
    cwd: process.cwd(),
    tmpdir: resolve(tmpdir()),
    homedir: homeFolder(env),
    now: () => new Date(),
    program,
    docker,
    terminal: terminalHost(process),
    interruptible: (run) =>
      interruptible(
        {
          signals: process,
          stdout,
          pluginSocket: pluginSocketOf({ program }, env),
          clock: () => performance.now(),
          endNow,
        },
        run,
      ),
    loadRunProject: async () => (await import('../run-project.js')).runProject,
  };
}
