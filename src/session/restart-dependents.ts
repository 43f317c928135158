import { locateProject, serviceOf } from '../compose/locate.js';
import { restartedAfter } from '../compose/project.js';
import type { Container } from '../docker/engine.js';
import { runHooks } from '../engine/operations/run-hooks.js';
import type { HeldProject } from './held-project.js';

/** Restarts what depends on a service with `restart: true`, as compose does it after a restart: in order, one after the other. */
export async function restartDependents(held: HeldProject, name: string): Promise<void> {
  const { run, model, services, turns } = held;
  for (const service of restartedAfter(model.project, name)) {
    await services.get(service)?.idle();
    const message = `It is restarted with ${name}, which it depends on with \`restart: true\`.`;
    void run.sink({ type: 'diagnostic', service, severity: 'note', code: 'restarted-with', message });
    const containers = await locateProject(run.engine, model.project.name);
    const own = containers.filter((container) => serviceOf(container) === service && container.state === 'running');
    const hooks = model.project.services.find(({ name: other }) => other === service)?.hooks;
    const restart = async (container: Container): Promise<void> => {
      await runHooks({ service, hooks, sink: run.sink }, 'preStop', container);
      await container.restart();
      await runHooks({ service, hooks, sink: run.sink }, 'postStart', container);
    };
    await Promise.all(own.map(({ id }) => turns.take(service, () => restart(run.engine.container(id)))));
  }
}
