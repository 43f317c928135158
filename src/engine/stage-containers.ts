import type { Container, Engine } from '../docker/engine.js';
import { LivepushError } from '../errors.js';
import type { SessionImages } from './session-images.js';

/** Waits without doing anything, and ends at once when it is told to. */
const IDLE = 'trap "exit 0" TERM INT; while :; do sleep 3600 & wait $!; done';

/** Creates and starts the container of an earlier stage, in which its steps are replayed. */
export async function openStageContainer(engine: Engine, images: SessionImages, stage: number): Promise<Container> {
  const image = images.stages.get(stage);
  if (image === undefined) throw new LivepushError('internal', `There is no image of stage ${stage}.`);
  const id = await engine.createContainer({
    image,
    entrypoint: ['/bin/sh', '-c', IDLE],
    command: [],
    user: '0',
    labels: { ...images.labels, 'docker-livepush.stage': String(stage) },
    init: true,
  });
  const container = engine.container(id);
  try {
    await container.start();
  } catch (cause) {
    // without a shell the container cannot run; files are copied into and out of it all the same
    if (!(cause instanceof LivepushError) || cause.code !== 'container-refused') {
      await container.remove().catch(() => {});
      throw cause;
    }
  }
  return container;
}
