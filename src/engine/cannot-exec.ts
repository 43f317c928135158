import { LivepushError } from '../errors.js';

/** True for an error that says that a container can run no command: it has no shell, or it is paused. */
export const cannotExec = (error: unknown): boolean =>
  error instanceof LivepushError && (error.code === 'container-refused' || error.code === 'container-paused');
