import type { Container, Engine } from '../../docker/engine.js';
import type { Surroundings } from '../../docker/surroundings.js';
import { LivepushError } from '../../errors.js';
import { isLost } from '../look-for-end.js';
import { NOT_COMPOSE } from '../own-labels.js';
import { MEMORY, STORE } from './own-paths.js';

/** What a build container is made with. */
export interface BuildContainerOptions {
  readonly image: string;
  /** Number of the stage that it is of. */
  readonly stage: number;
  /** Labels of whatever is created in the engine for the service. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the service's build is given. */
  readonly surroundings: Surroundings;
}

/**
 * Waits without doing anything. It is process 1 itself: the kernel spares process 1 where a shell of the container kills
 * all. Without a `sleep` it cannot wait, and ends.
 */
const IDLE = 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; [ $? = 127 ] && exit 127; done';

/**
 * Creates and starts a container in which steps run: with the surroundings that a build gives them, and none of the
 * service's. Mounts of steps are real ones there: the engine's filter of system calls has to let them through, and no
 * process but our own shell has the right to make any.
 */
export async function openBuildContainer(engine: Engine, options: BuildContainerOptions): Promise<Container> {
  const { image, stage, labels, surroundings } = options;
  const id = await engine.createContainer({
    image,
    entrypoint: ['/bin/sh', '-c', IDLE],
    command: [],
    user: '0',
    labels: { ...NOT_COMPOSE, ...labels, 'docker-livepush.stage': String(stage) },
    init: false,
    surroundings: {
      ...surroundings,
      // what BuildKit calls it; a container in the host's network has the host's name
      ...(surroundings.network === 'host' ? {} : { hostname: 'buildkitsandbox' }),
      volumes: [STORE],
      tmpfs: { [MEMORY]: 'mode=0700' },
      securityOptions: ['seccomp=unconfined'],
    },
  });
  const container = engine.container(id);
  try {
    await startIfItCan(container);
  } catch (cause) {
    await container.remove().catch(() => {});
    throw cause;
  }
  return container;
}

/** Without a shell the container cannot run; files are copied into and out of it all the same. */
async function startIfItCan(container: Container): Promise<void> {
  try {
    await container.start();
  } catch (cause) {
    if (!(cause instanceof LivepushError) || cause.code !== 'container-refused') throw cause;
  }
}

/** Starts it again, after the engine has stopped it; one that is gone is made anew when it is needed. */
export async function reviveContainer(container: Container | undefined): Promise<void> {
  try {
    if (container) await startIfItCan(container);
  } catch (error) {
    if (!isLost(error)) throw error;
  }
}
