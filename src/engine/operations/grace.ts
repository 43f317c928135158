import type { ContainerInfo } from '../../docker/engine.js';

/** Seconds that an engine gives a process to end, when the container says nothing else. */
const DEFAULT = 10;

/** Milliseconds that the main process of a container has to end when it was asked to. */
export const graceOf = ({ stopTimeout }: ContainerInfo): number => (stopTimeout ?? DEFAULT) * 1000;
