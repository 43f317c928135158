import type { BuilderRules } from './builder-rules.js';
import type { Flag, Instruction, ParsedDockerfile, StepState } from './model.js';
import type { ScopeInput } from './scope.js';
import type { Names } from './stage-references.js';

/** The part of a step that does not depend on where it stands. */
export type Fields<Step> = Omit<Step, 'index' | 'line' | 'endLine' | 'text' | 'state' | 'afterLive'>;

/** What an instruction needs to become a step. */
export interface StepContext {
  readonly state: StepState;
  readonly input: ScopeInput;
  readonly names: Names;
  /** Index of the stage that the step runs in. */
  readonly stage: number;
  /** Undefined where nobody knows it. */
  readonly builder: BuilderRules | undefined;
  readonly frontend: ParsedDockerfile['frontend'];
  /** Reports a fault for which a build fails. */
  readonly fail: (code: string, message: string) => void;
}

/** The flags of an instruction by name, or the name of the first one that is not among the known. */
export function readFlags(
  { flags }: Instruction,
  known: readonly string[],
): { kind: 'flags'; all: (name: string) => readonly Flag[] } | { kind: 'unknown'; name: string } {
  const unknown = flags.find(({ name }) => !known.includes(name));
  if (unknown !== undefined) return { kind: 'unknown', name: unknown.name };
  return { kind: 'flags', all: (name) => flags.filter((flag) => flag.name === name) };
}

/** Whether a flag such as `--link` or `--link=true` is set; the last one counts. */
export const isSet = (flags: readonly Flag[], whenAbsent = false): boolean => {
  const last = flags.at(-1);
  return last === undefined ? whenAbsent : last.value === undefined || last.value.toLowerCase() === 'true';
};
