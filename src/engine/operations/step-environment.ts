import type { StepState } from '../../dockerfile/model.js';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Environment for an exec that gives a RUN what a build gives it: the step's own variables and arguments, nothing of the
 * container's. The engine takes `NAME` without a value as "leave it out".
 *
 * @param container `NAME=value` of the container's configuration
 */
export function stepEnvironment({ env, args }: StepState, container: readonly string[]): string[] {
  const wanted: Record<string, string> = { PATH: DEFAULT_PATH, ...args, ...env };
  const given = new Set(['HOSTNAME', ...container.map((pair) => pair.split('=', 1)[0] as string)]);
  const removed = [...given].filter((name) => !(name in wanted));
  return [...removed, ...Object.entries(wanted).map(([name, value]) => `${name}=${value}`)];
}
