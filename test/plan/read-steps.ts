import type { CopyStep, Stage } from '../../src/dockerfile/model.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';

/** The stages of a Dockerfile given as lines. */
export function stagesOf(...lines: string[]): Stage[] {
  const { dockerfile } = parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile');
  return resolveStages(dockerfile, { buildArgs: {}, additionalContexts: [], baseConfig: () => undefined }).stages;
}

/** The only stage, or the last, with these steps after its FROM. */
export const stageOf = (...lines: string[]): Stage => stagesOf('FROM busybox', ...lines).at(-1) as Stage;

/** One COPY or ADD as a step. */
export function copyOf(line: string): CopyStep {
  const step = stageOf(line).steps[0];
  if (step?.kind !== 'copy') throw new Error(`${line} is no copy`);
  return step;
}
