import { liveImageOf } from '../compose/image-names.js';
import type { HeldProject } from './held-project.js';

/**
 * Removes the live images, unless they are to be kept. One may be in use by a stopped container, which keeps it without its
 * name.
 */
export async function removeLiveImages({ run, model }: Pick<HeldProject, 'run' | 'model'>): Promise<void> {
  if (run.options.keep) return;
  const live = model.live.filter((planned) => planned.model.live);
  const images = live.map((planned) => liveImageOf(model.project.name, planned.model.build.service.name));
  await Promise.allSettled(images.map((image) => run.undo.engine.removeImage(image)));
}
