import type { BuildInput } from './global-args.js';
import type { FileSource, ParsedDockerfile, Stage } from './model.js';
import { readStageEdges, type StageEdges } from './stage-edges.js';

/** Index of the stage that a build target names, without regard to case: the last of that name, never a number. */
export function findTarget(
  stages: readonly { readonly name: string | undefined }[],
  target: string | undefined,
): number | undefined {
  if (target === undefined || target === '') return stages.length > 0 ? stages.length - 1 : undefined;
  const index = stages.findLastIndex(({ name }) => name?.toLowerCase() === target.toLowerCase());
  return index < 0 ? undefined : index;
}

/** A stage and all that it is built from or copies from, directly or not. */
export function reachable(edges: readonly StageEdges[], start: number): Set<number> {
  const found = new Set<number>();
  const open = [start];
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (found.has(stage)) continue;
    found.add(stage);
    const { base, from } = edges[stage] ?? { base: undefined, from: [] };
    open.push(...from);
    if (base !== undefined) open.push(base);
  }
  return found;
}

/** A stage and the stages it is built from, by FROM alone. */
export function baseChain(edges: readonly StageEdges[], start: number): Set<number> {
  const chain = new Set<number>();
  for (let stage: number | undefined = start; stage !== undefined; stage = edges[stage]?.base) chain.add(stage);
  return chain;
}

const stageOf = (source: FileSource): number[] => (source.kind === 'stage' ? [source.stage] : []);

function edgesOf({ base, steps }: Stage): StageEdges {
  const from = steps.flatMap((step) => {
    if (step.kind === 'copy') return stageOf(step.from);
    return step.kind === 'run' ? step.mounts.flatMap((mount) => stageOf(mount.from)) : [];
  });
  return { base: base.kind === 'stage' ? base.stage : undefined, from };
}

/** The stages that a target (the last stage when undefined) needs, itself included; none when there is no such target. */
export function neededStages(stages: readonly Stage[], target: string | undefined): Set<number> {
  const start = findTarget(stages, target);
  return start === undefined ? new Set() : reachable(stages.map(edgesOf), start);
}

/** The same before anything is resolved: triggers of base images are not counted. */
export function neededParsedStages(
  dockerfile: ParsedDockerfile,
  target: string | undefined,
  input: BuildInput & { readonly additionalContexts?: readonly string[] },
): Set<number> {
  const start = findTarget(dockerfile.stages, target);
  return start === undefined ? new Set() : reachable(readStageEdges(dockerfile, input), start);
}
