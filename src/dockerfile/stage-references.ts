import type { ParsedStage } from './model.js';

/** What a name after FROM or `--from=` stands for. */
export type Reference =
  | { readonly kind: 'stage'; readonly stage: number }
  /** An image or a named build context. */
  | { readonly kind: 'fixed'; readonly name: string }
  | { readonly kind: 'fault'; readonly message: string };

/** The names that a reference can meet. */
export interface Names {
  /** As written. */
  readonly stages: readonly (string | undefined)[];
  readonly additionalContexts: readonly string[];
}

/** The names of a Dockerfile's stages, next to the build contexts that were given by name. */
export const namesOf = (stages: readonly ParsedStage[], additionalContexts: readonly string[] = []): Names => ({
  stages: stages.map((stage) => stage.name),
  additionalContexts,
});

/** Whether a named context takes the place of a whole stage. */
export const isReplaced = <S extends { readonly name: string | undefined }>(
  stage: S,
  { additionalContexts }: Names,
): stage is S & { readonly name: string } => stage.name !== undefined && additionalContexts.includes(stage.name);

const isSame = (left: string | undefined, right: string): boolean => left?.toLowerCase() === right.toLowerCase();

/** What FROM names: an earlier stage (the latest of that name), or an image. Numbers name no stage here. */
export function resolveBase(name: string, index: number, { stages, additionalContexts }: Names): Reference {
  if (additionalContexts.includes(name)) return { kind: 'fixed', name };
  const stage = stages.findLastIndex((candidate, at) => at < index && isSame(candidate, name));
  return stage < 0 ? { kind: 'fixed', name } : { kind: 'stage', stage };
}

function toEarlierStage(stage: number, from: string, index: number): Reference {
  if (stage < index) return { kind: 'stage', stage };
  const message =
    stage === index ? `--from=${from} names the stage it stands in` : `--from=${from} names a stage that comes later`;
  return { kind: 'fault', message };
}

/** What `RUN --mount=from=` names: a stage by name, never by number, or an image. */
export function resolveMountFrom(from: string, index: number, { stages, additionalContexts }: Names): Reference {
  if (additionalContexts.includes(from)) return { kind: 'fixed', name: from };
  const stage = stages.findLastIndex((candidate) => isSame(candidate, from));
  if (from.includes('$')) return { kind: 'fault', message: `from=${from}: variables are not expanded there` };
  return stage < 0 ? { kind: 'fixed', name: from } : toEarlierStage(stage, from, index);
}

/** What `COPY --from=` names: a stage by number or name, or an image. */
export function resolveCopyFrom(from: string, index: number, names: Names): Reference {
  if (names.additionalContexts.includes(from) || !/^[+-]?\d+$/.test(from)) return resolveMountFrom(from, index, names);
  const stage = Number(from);
  if (stage >= 0 && stage < names.stages.length) return toEarlierStage(stage, from, index);
  return { kind: 'fault', message: `--from=${from} names no stage: there are ${names.stages.length}` };
}
