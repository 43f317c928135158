import { type BuildInput, expandBase, readGlobalArgs } from './global-args.js';
import type { Instruction, ParsedDockerfile } from './model.js';
import { optionValue, readMountOptions } from './mount-options.js';
import {
  isReplaced,
  type Names,
  namesOf,
  type Reference,
  resolveBase,
  resolveCopyFrom,
  resolveMountFrom,
} from './stage-references.js';
import { readTriggers, triggerTexts } from './triggers.js';

/** The stages that a stage takes its files from. */
export interface StageEdges {
  /** The stage after FROM, or undefined for an image. */
  readonly base: number | undefined;
  /** Stages named by `COPY --from` and `RUN --mount=from=`. */
  readonly from: readonly number[];
}

const stageOf = (reference: Reference): number[] => (reference.kind === 'stage' ? [reference.stage] : []);

function readFrom({ keyword, flags }: Pick<Instruction, 'keyword' | 'flags'>, index: number, names: Names): number[] {
  return flags.flatMap(({ name, value }) => {
    if (keyword === 'COPY' && name === 'from' && value) return stageOf(resolveCopyFrom(value, index, names));
    if (keyword !== 'RUN' || name !== 'mount' || value === undefined) return [];
    const from = optionValue(readMountOptions(value), 'from');
    return from === undefined ? [] : stageOf(resolveMountFrom(from, index, names));
  });
}

/** The edges of every stage, read without an engine: triggers of base images are not among them. */
export function readStageEdges(
  dockerfile: ParsedDockerfile,
  input: BuildInput & { readonly additionalContexts?: readonly string[] },
  extra: (stage: number) => readonly Instruction[] = () => [],
): StageEdges[] {
  const { args } = readGlobalArgs(dockerfile, input);
  const names = namesOf(dockerfile.stages, input.additionalContexts);
  return dockerfile.stages.map((stage, index) => {
    if (isReplaced(stage, names)) return { base: undefined, from: [] };
    const reference = resolveBase(expandBase(stage.base, args, dockerfile.escape), index, names);
    const base = reference.kind === 'stage' ? reference.stage : undefined;
    const triggers = base === undefined ? [] : readTriggers(triggerTexts(dockerfile.stages[base]), stage);
    const instructions = [...triggers, ...stage.instructions, ...extra(index)];
    return { base, from: instructions.flatMap((instruction) => readFrom(instruction, index, names)) };
  });
}
