import { realpath } from 'node:fs/promises';
import type { ProjectOptions } from '../session/open-compose.js';
import { type AskedPath, askedPath } from './asked-paths.js';
import { explainService } from './explain-service.js';
import type { ProjectExplanation } from './explanation.js';
import { type InspectContext, lookForEngine, openModels } from './open-models.js';

export interface ExplainOptions extends ProjectOptions {
  /** As given: relative to the working folder, or absolute. */
  readonly paths: readonly string[];
  /** Services to explain for; empty for all that are built. */
  readonly live: readonly string[];
}

/**
 * Says what a push would do if these paths had changed, and why. Touches nothing, and needs no engine: what only one would
 * know is taken for granted, and told. Throws `LivepushError`.
 */
export async function explainPaths(options: ExplainOptions, context: InspectContext): Promise<ProjectExplanation> {
  const { cwd, paths, live } = options;
  const found = await lookForEngine(options, context);
  const { engine, facts } = typeof found === 'string' ? {} : found;
  try {
    const all = { ...options, services: [], live };
    const { loaded, models, diagnostics } = await openModels(all, { ...context, facts });
    const asked = await Promise.all(paths.map((path) => askedPath(path, cwd)));
    const sources = new Set(await Promise.all(loaded.sources.map((path) => realpath(path).catch(() => path))));
    const question = { asked, cwd, engine, project: loaded.project.name, signal: context.signal };
    const usable = models.filter((model) => !model.diagnostics.some(({ severity }) => severity === 'error'));
    const explained = await Promise.all(usable.map((model) => explainService({ ...question, model })));
    const services = explained.flatMap((service) => service ?? []);
    const isProjectFile = ({ absolute }: AskedPath): boolean => sources.has(absolute);
    const isKnown = ({ shown }: AskedPath): boolean =>
      services.some((service) => service.arguments.some((each) => each.shown === shown));
    return {
      services,
      elsewhere: asked.filter((path) => !isProjectFile(path) && !isKnown(path)).map(({ shown }) => shown),
      projectFiles: asked.filter(isProjectFile).map(({ shown }) => shown),
      assumptions: typeof found === 'string' ? [`${found} Nothing is known of images and containers.`] : [],
      diagnostics,
    };
  } finally {
    engine?.close();
  }
}
