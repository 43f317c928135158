import { createHash } from 'node:crypto';
import type { Container } from '../docker/engine.js';
import { modeAfter } from '../dockerfile/mode-change.js';
import type { CopyStep } from '../dockerfile/model.js';
import { mayChange } from '../plan/expected-paths.js';
import type { WantedPath } from './compare-paths.js';
import { type Followed, type Look, outdated } from './drift-look.js';
import { openImage } from './lower-layers.js';
import { observeDestination } from './observe-destination.js';
import { resolveOwner } from './operations/owner.js';
import { stageFiles } from './stage-files.js';

/** The first step whose files in the container are not those of the earlier stage, built from the context as it is. */
export async function staleCopy(look: Look): Promise<number | undefined> {
  const { engine, images, stage } = look.options;
  for (const step of stage.steps) {
    if (step.kind !== 'copy' || step.from.kind !== 'stage') continue;
    const image = images.stages.get(step.from.stage);
    if (image === undefined) continue;
    await images.late?.make();
    const source = await openImage(engine, { image, stage: step.from.stage, labels: images.labels });
    try {
      const followedBy = stage.steps.slice(step.index + 1).find((later) => mayChange(later, step.destination));
      const wanted = await stageWants(look.container, source, { step, followedBy });
      if ((await outdated(look, wanted)).length > 0) return step.index;
    } finally {
      await source.remove();
    }
  }
  return undefined;
}

async function stageWants(
  container: Container,
  source: Container,
  { step, followedBy }: Followed & { step: CopyStep },
): Promise<Map<WantedPath, Followed>> {
  const destination = await observeDestination(container, async () => 'unknown', step);
  const owner = await resolveOwner(container, step.chown);
  const wanted = new Map<string, WantedPath>();
  for await (const { header, root, body, destination: path } of stageFiles({ container: source, step, destination })) {
    const { kind, size, linkTarget } = header;
    if (kind !== 'file' && kind !== 'directory' && kind !== 'link') continue;
    const hash = createHash('sha256');
    for await (const chunk of body) hash.update(chunk as Buffer);
    const contents = { file: hash.digest('base64'), directory: '', link: linkTarget };
    const { uid, gid } = owner ?? header;
    wanted.set(path, {
      destination: path,
      kind,
      size: kind === 'link' ? Buffer.byteLength(linkTarget) : size,
      content: contents[kind],
      attributes: followedBy || root ? undefined : { uid, gid, mode: modeAfter(step.chmod, header) },
    });
  }
  return new Map(Array.from(wanted.values(), (path) => [path, { followedBy }]));
}
