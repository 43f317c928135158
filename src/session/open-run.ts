import type { Engine } from '../docker/engine.js';
import { engineUntil } from '../docker/until-aborted.js';
import { openCompose, type ProjectOptions } from './open-compose.js';
import type { Run, SessionOptions } from './run.js';
import { Waits } from './waits.js';

/** What a session works with: its commands and requests end with its signal, but for those that undo something. */
export function openRun(
  options: ProjectOptions & SessionOptions,
  given: Pick<Run, 'env' | 'tmpdir' | 'homedir' | 'sink' | 'signal'>,
  engine: Engine,
): Run {
  const { env, signal } = given;
  const cli = openCompose(options, env, signal);
  const undo = { cli: openCompose(options, env, undefined), engine };
  return { ...given, options, cli, engine: engineUntil(engine, signal), undo, waits: new Waits() };
}
