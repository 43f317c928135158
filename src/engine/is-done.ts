import type { ContainerInfo } from '../docker/engine.js';

/** True for a container that ended by itself, with success, and that nothing is to start again. */
export const isDone = ({ running, restarting, isRestarted, exitCode, finishedAt }: ContainerInfo): boolean =>
  !running && !restarting && !isRestarted && exitCode === 0 && finishedAt !== undefined;
