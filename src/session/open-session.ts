import type { BuildSpec } from '../compose/build-spec.js';
import type { EventSink } from '../events.js';
import type { PlannedService } from './build-services.js';
import { readSecret } from './read-secret.js';
import { rebuildService } from './rebuild-service.js';
import type { Run } from './run.js';
import { ServiceSession } from './service-session.js';

/** The session of a service; it follows nothing yet. */
export function openSession(run: Run, { model, stages }: PlannedService): ServiceSession {
  const { options, engine, signal } = run;
  const { restart, dryRun, debounceMs } = options;
  const sink: EventSink = (event) => {
    const taken = run.sink(event);
    if (event.type === 'containerRestart') run.logs.restarted(event.containerId);
    return taken;
  };
  const secret = (spec: BuildSpec, id: string) => readSecret(spec, id, run.env);
  const rebuild = (session: ServiceSession, reason: string) => rebuildService(run, session, reason);
  const common = { model, engine, restart, dryRun, debounceMs, sink, signal };
  return new ServiceSession({ ...common, secret, rebuild }, stages);
}
