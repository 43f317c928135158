import type { HeldProject } from './held-project.js';

/** Live services up to which build containers are made before an edit needs them: each takes memory, whether it is edited or not. */
const FEW = 4;

/** Makes what the first pushes would wait for, one service after the other. */
export async function openAhead({ run, services }: Pick<HeldProject, 'run' | 'services'>): Promise<void> {
  // what runs may be older than the files: nobody has built the images of stages yet
  if (run.options.compare || run.options.dryRun || services.size > FEW) return;
  for (const session of services.values()) await session.openAhead();
}
