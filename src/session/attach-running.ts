import { findUnattachable, nothingToPushTo } from './attachable.js';
import type { HeldProject } from './held-project.js';
import type { ServiceSession } from './service-session.js';

/** Looks, before anything is built, whether a service can be pushed to. Throws `container-lost`, after telling why, when none can. */
export async function expectRunning({ run, model: { project }, services }: HeldProject): Promise<void> {
  const fault = async ({ name, model }: ServiceSession) => {
    const found = await findUnattachable(run.engine, project, model);
    return found && { service: name, ...found };
  };
  const faults = await Promise.all(Array.from(services.values(), fault));
  if (faults.includes(undefined)) return;
  for (const each of faults) if (each) void run.sink({ type: 'diagnostic', ...each });
  throw nothingToPushTo(project);
}

/** Tells of the services that cannot be pushed to, and lets go of them. Throws `container-lost` when no other is left. */
export async function leaveOutUnattachable({ run, model: { project }, services }: HeldProject): Promise<void> {
  for (const session of [...services.values()]) {
    const fault = await findUnattachable(run.engine, project, session.model);
    if (!fault) continue;
    void run.sink({ type: 'diagnostic', service: session.name, ...fault });
    services.delete(session.name);
    await session.close();
  }
  if (services.size === 0) throw nothingToPushTo(project);
}
