import type { BuildSpec } from '../compose/build-spec.js';
import { projectDirectoryOf } from '../compose/compose-files.js';
import type { PlannedService } from './plan-service.js';
import { readSecret } from './read-secret.js';
import type { Run } from './run.js';
import { ServiceSession } from './service-session.js';
import type { ServiceSessionOptions } from './service-session-options.js';

/** What a service's session is told by, and tells to, the project's. */
export type SessionCalls = Pick<
  ServiceSessionOptions,
  'pushes' | 'note' | 'landing' | 'onRebuild' | 'hasBuilt' | 'onEdits' | 'onSave' | 'onOutdated' | 'inTurn'
>;

/** The session of a service; it follows nothing yet. */
export function openSession(
  { options, engine, undo, env, cli, sink, signal }: Run,
  planned: PlannedService,
  calls: SessionCalls,
): ServiceSession {
  const { restart, dryRun, debounceMs, poll = false } = options;
  const lookUp = async (name: string): Promise<string> => {
    const [value = ''] = await cli.interpolate([`\${${name}-}`], projectDirectoryOf(cli.options, await cli.files()));
    return value;
  };
  const secret = (spec: BuildSpec, id: string) => readSecret(spec, id, { env, lookUp });
  const { model } = planned;
  const { cwd } = cli.options;
  const common = { model, cwd, engine, pushEngine: undo.engine, restart, dryRun, debounceMs, poll, sink, signal };
  return new ServiceSession({ ...common, ...calls, secret }, planned);
}
