import { messageOf } from '../errors.js';
import { buildServices, overrideFor, planService } from './build-services.js';
import { attach, followService, type Run } from './run.js';
import type { ServiceSession } from './service-session.js';

/** Builds one service anew and puts new containers in place of its old ones; a build that fails leaves these running. */
export async function rebuildService(run: Run, session: ServiceSession, reason: string): Promise<void> {
  const { sink, signal } = run;
  const service = session.name;
  const started = performance.now();
  sink({ type: 'rebuildStart', service, reason });
  const end = (ok: boolean) =>
    sink({ type: 'rebuildEnd', service, ok, durationMs: Math.round(performance.now() - started) });
  try {
    await replace(run, session);
    end(true);
  } catch (error) {
    end(false);
    if (signal.aborted) return;
    const hint = 'The old container goes on running; the next save tries again.';
    sink({ type: 'diagnostic', service, severity: 'error', code: 'rebuild-failed', message: messageOf(error), hint });
  }
}

async function replace(run: Run, session: ServiceSession): Promise<void> {
  const { cli, engine, signal } = run;
  const planned = await planService(engine, session.model);
  const written = await overrideFor(run, [planned]);
  try {
    const [built] = await buildServices(run, [planned], { written, others: [] });
    await session.detach();
    const how = { noBuild: true, noDeps: true, forceRecreate: true, signal };
    try {
      await cli.up({ ...how, services: [session.name], overrides: [run.written.upFile] });
    } finally {
      if (run.options.logs) await followService(run, session.name);
      await attach(run, session, built);
    }
  } finally {
    await written.dispose();
  }
}
