import type { ServiceCommand } from '../../compose/live-override.js';
import { MARK, SUPERVISOR } from './supervisor-script.js';

/**
 * The command line of a container whose main process can be restarted without it. Nothing has to be in the image but a
 * shell: the supervisor is an argument.
 *
 * @param argv the main process
 * @param stopSignal number of the signal that asks it to end
 */
export const supervised = (argv: readonly string[], stopSignal: number): ServiceCommand => ({
  entrypoint: ['/bin/sh', '-c', SUPERVISOR, 'docker-livepush', String(stopSignal)],
  command: argv,
});

/** Whether a container with this entrypoint was started under a supervisor; its shell may have been unable to be one. */
export const isSupervised = (entrypoint: readonly string[]): boolean => entrypoint[2]?.startsWith(MARK) === true;
