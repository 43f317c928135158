import type { ServiceBuild } from '../compose/build-target.js';
import type { LoadedProject } from '../compose/load-project.js';
import { connectEngine } from '../docker/connect-engine.js';
import type { Engine } from '../docker/engine.js';
import { LivepushError } from '../errors.js';
import type { ProjectOptions } from './open-compose.js';

/** The engine that the project is on; to be closed at the end. Throws `usage`. */
export const openEngine = (
  { dockerContext, dockerHost }: ProjectOptions,
  { env, homedir }: { env: NodeJS.ProcessEnv; homedir: string },
): Engine =>
  connectEngine({
    env,
    homedir,
    ...(dockerContext !== undefined && { context: dockerContext }),
    ...(dockerHost !== undefined && { host: dockerHost }),
  });

/** The built services that get pushes: all, or those of the filter. Throws `usage` for a name in it that is none. */
export function liveBuilds({ project, builds }: LoadedProject, live: readonly string[]): readonly ServiceBuild[] {
  const built = project.services.filter(({ build }) => build !== undefined).map(({ name }) => name);
  const wrong = live.find((name) => !built.includes(name));
  if (wrong !== undefined) {
    const there = project.services.some(({ name }) => name === wrong);
    const message = there
      ? `Service ${wrong} is not built: there is nothing to push.`
      : `There is no service ${wrong}.`;
    throw new LivepushError('usage', message, { hint: `Built are: ${built.join(', ') || 'none'}.` });
  }
  return builds.filter(({ service }) => live.length === 0 || live.includes(service.name));
}
