import type { RunContext, RunOptions } from './run-project.js';

/**
 * Brings a compose project up in live mode and keeps its containers up to date until the signal fires; then stops what
 * it started and removes what it made. Throws `LivepushError`, after the same cleaning up.
 */
export async function runProject(options: RunOptions, context: RunContext): Promise<void> {
  // loaded when it is called: pushing into a container that is there needs neither compose nor a Docker client of its own
  const { runProject: run } = await import('./run-project.js');
  await run(options, context);
}
