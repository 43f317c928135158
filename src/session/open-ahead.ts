import type { HeldProject } from './held-project.js';

/** Live services up to which build containers are made before an edit needs them: each takes memory, whether its service is edited or not. */
const FEW = 4;

/** Does what first pushes would wait for, and nothing before them: contents, images, and containers, one service after the other. */
export async function openAhead({
  run,
  services,
  helpers,
}: Pick<HeldProject, 'run' | 'services' | 'helpers'>): Promise<void> {
  const sessions = [...services.values()];
  for (const session of sessions) void session.readRest();
  // what runs may be older than the files: nobody has built the images of stages yet
  if (run.options.compare) return;
  await helpers.buildRest();
  if (run.options.dryRun || sessions.length > FEW) return;
  for (const session of sessions) await session.openAhead();
}
