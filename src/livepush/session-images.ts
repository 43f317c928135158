import type { Stage } from '../dockerfile/model.js';
import { keptStages } from '../engine/kept-stages.js';
import { lowerKey, type SessionImages } from '../engine/session-images.js';

/** Label of the helper containers of an instance; its value is the id of the container that is kept up to date. */
export const HELPER_LABEL = 'docker-livepush.container';

interface Given {
  readonly containerId: string;
  readonly stages: readonly Stage[];
  /** Ids of the images of the stages but the last. */
  readonly stageImages: readonly string[];
  /** References of images that the engine has. */
  readonly present: ReadonlySet<string>;
}

/**
 * The images that an instance works with. No image is built for it: of the layers below a step only those are known that
 * are an image anyway, the base of a stage and the stage as a whole.
 */
export function sessionImages({ containerId, stages, stageImages, present }: Given): SessionImages {
  const kept = keptStages(stages);
  const lower = new Map<string, string>();
  for (const index of [...kept, stages.length - 1]) {
    const { steps } = stages[index] as Stage;
    const whole = stageImages[index];
    if (whole !== undefined) lower.set(lowerKey(index, steps.length), whole);
    for (let stage = stages[index] as Stage; ; ) {
      const { base } = stage;
      if (base.kind === 'image' && present.has(base.ref)) lower.set(lowerKey(index, 0), base.ref);
      if (base.kind !== 'stage') break;
      stage = stages[base.stage] as Stage;
      const image = stageImages[stage.index];
      if (image !== undefined) lower.set(lowerKey(index, stage.steps.length), image);
    }
  }
  const images = kept.map((index) => [index, stageImages[index] as string] as const);
  return { stages: new Map(images), lower, labels: { [HELPER_LABEL]: containerId } };
}
