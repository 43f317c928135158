import { locateProject, serviceOf } from '../compose/locate.js';
import { type HeldProject, showsLogs } from './held-project.js';

/**
 * Starts again what a restart of the engine has stopped: it stops all containers with it, and most do not come back by
 * themselves.
 *
 * @param ran ids of the containers that ran before
 */
export async function reviveProject(held: HeldProject, ran: ReadonlySet<string>): Promise<void> {
  const { run, model, written, services, logs } = held;
  const found = await locateProject(run.engine, model.project.name);
  const stopped = found.filter(({ id, state }) => ran.has(id) && state !== 'running').map(serviceOf);
  if (stopped.length > 0) {
    const names = [...new Set(stopped)];
    await run.cli.up({ services: names, noBuild: true, overrides: [written.upFile], signal: run.signal });
  }
  const shown = found.filter((container) => showsLogs(held, serviceOf(container)));
  for (const container of shown) logs.follow(serviceOf(container), container.id);
  const faults: unknown[] = [];
  for (const session of services.values()) {
    await session.revive().catch((fault) => faults.push(fault));
    session.release('engine');
    session.goOn();
  }
  if (faults.length > 0) throw faults[0];
}
