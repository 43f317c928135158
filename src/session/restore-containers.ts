import { liveImageOf } from '../compose/image-names.js';
import { locateProject, serviceOf } from '../compose/locate.js';
import { imageOf } from '../compose/project.js';
import type { HeldProject } from './held-project.js';

/** True when the image that a service's pushes build on still has its name: containers can be made from it. */
export async function hasLiveImage({ run, model, services }: HeldProject, name: string): Promise<boolean> {
  const planned = model.live.find(({ model: { build } }) => build.service.name === name)?.model;
  if (!planned) return false;
  const { project } = model;
  const image = planned.live ? liveImageOf(project.name, name) : imageOf(project, planned.build.service);
  return (await run.engine.inspectImage(image))?.id === services.get(name)?.followed.imageId;
}

/** Has compose put live containers in place of others, as many as there are; it leaves alone those that are live. */
export async function restoreContainers({ run, model, written }: HeldProject, names: readonly string[]): Promise<void> {
  const { cli, engine, sink, signal } = run;
  for (const service of names) {
    const message = 'Containers of it were made that are not live: live ones take their place.';
    void sink({ type: 'diagnostic', service, severity: 'note', code: 'live-restored', message });
  }
  const containers = await locateProject(engine, model.project.name);
  const count = (name: string): number => containers.filter((container) => serviceOf(container) === name).length;
  const scale = new Map(names.map((name) => [name, count(name)]));
  await cli.up({ services: names, noBuild: true, noDeps: true, scale, overrides: [written.upFile], signal });
}
