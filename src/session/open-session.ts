import type { BuildSpec } from '../compose/build-spec.js';
import type { PlannedService } from './build-services.js';
import { readSecret } from './read-secret.js';
import type { Run } from './run.js';
import { ServiceSession } from './service-session.js';

/**
 * The session of a service; it follows nothing yet.
 *
 * @param rebuild builds the service anew and attaches it again
 */
export function openSession(
  { options, engine, env, sink, signal }: Run,
  { model, stages }: PlannedService,
  rebuild: (session: ServiceSession, reason: string) => Promise<void>,
): ServiceSession {
  const { restart, dryRun, debounceMs, poll = false } = options;
  const secret = (spec: BuildSpec, id: string) => readSecret(spec, id, env);
  const common = { model, engine, restart, dryRun, debounceMs, poll, sink, signal };
  return new ServiceSession({ ...common, secret, rebuild }, stages);
}
