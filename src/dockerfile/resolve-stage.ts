import type { Diagnostic } from '../diagnostics.js';
import type { BuilderRules } from './builder-rules.js';
import type { BuildInput } from './global-args.js';
import { isImageReference } from './image-reference.js';
import { instructionText } from './instruction-text.js';
import type {
  BaseConfig,
  Instruction,
  Location,
  ParsedDockerfile,
  ParsedStage,
  Stage,
  StageBase,
  Step,
  StepState,
} from './model.js';
import { isPlatform } from './platform-name.js';
import { rangeOfLines } from './ranges.js';
import { resolveStep } from './resolve-step.js';
import { initialState, proxyArgs, type ScopeInput } from './scope.js';
import { SubstitutionError } from './shell-pattern.js';
import { isReplaced, type Names, resolveBase } from './stage-references.js';
import { valueIn } from './substitution.js';
import { readTriggers, triggerTexts } from './triggers.js';
import { expand } from './variables.js';

/** What a build knows besides the Dockerfile. */
export interface ResolveOptions extends BuildInput {
  /** The configuration of an image that a FROM names; undefined when it is not known. */
  readonly baseConfig: (ref: string) => BaseConfig | undefined;
  /** Names of `build.additional_contexts`. */
  readonly additionalContexts: readonly string[];
  /** The stage to build, the last one when left out: a build does not look at the steps of those that it does not need. */
  readonly target?: string | undefined;
  /** What the builder does where builders differ; undefined where nobody knows it. */
  readonly builder?: BuilderRules | undefined;
  /** Of a live Dockerfile. */
  readonly liveCommand?: { readonly stage: number; readonly line: number } | undefined;
}

/** What the stages of one file are resolved with. */
export interface Resolving {
  readonly dockerfile: ParsedDockerfile;
  readonly options: ResolveOptions;
  readonly input: ScopeInput;
  readonly names: Names;
  readonly frontend: ParsedDockerfile['frontend'];
  /** Indexes of the stages that a build needs. */
  readonly needed: ReadonlySet<number>;
  readonly lines: readonly string[];
  readonly diagnostics: Diagnostic[];
}

/** A stage, with the state that the stages built from it go on from. */
export interface Resolved {
  readonly stage: Stage;
  readonly state: StepState;
}

/** Reports a fault for which a build fails. */
export function fail(
  { dockerfile, lines, diagnostics }: Resolving,
  { code, message }: Pick<Diagnostic, 'code' | 'message'>,
  location: Location,
): void {
  diagnostics.push({ code, severity: 'error', message, file: dockerfile.file, range: rangeOfLines(lines, location) });
}

/** A text of a FROM with global arguments in place; undefined, and reported, where it cannot be expanded. */
function expandFrom(resolving: Resolving, stage: ParsedStage, text: string): string | undefined {
  const { dockerfile, input } = resolving;
  try {
    return expand(text, (name) => valueIn(input.globalArgs, name), dockerfile.escape);
  } catch (error) {
    if (!(error instanceof SubstitutionError)) throw error;
    fail(resolving, { code: 'bad-substitution', message: `FROM cannot be expanded: ${error.message}.` }, stage);
    return undefined;
  }
}

function readPlatform(resolving: Resolving, stage: ParsedStage): string | undefined {
  if (!stage.platform) return undefined;
  const platform = expandFrom(resolving, stage, stage.platform);
  if (platform !== undefined && !isPlatform(platform)) {
    const message = `FROM --platform=${stage.platform} ${platform === '' ? 'is empty' : 'names no platform'}.`;
    fail(resolving, { code: 'bad-argument', message }, stage);
  }
  return platform ?? stage.platform;
}

function readBase(resolving: Resolving, stage: ParsedStage): StageBase {
  const { names, needed } = resolving;
  const name = expandFrom(resolving, stage, stage.base) ?? stage.base;
  if (isReplaced(stage, names)) return { kind: 'image', ref: stage.name };
  const reference = resolveBase(name, stage.index, names);
  if (reference.kind === 'stage') return reference;
  if (name === '' && stage.base !== '') {
    fail(resolving, { code: 'empty-base', message: `FROM ${stage.base} names nothing.` }, stage);
  }
  if (name !== '' && name !== 'scratch' && !names.additionalContexts.includes(name) && !isImageReference(name)) {
    const what = name === stage.base ? `FROM ${name}` : `FROM ${stage.base} comes out as ${name}, which`;
    fail(resolving, { code: 'image-name', message: `${what} cannot name an image.` }, stage);
  }
  if (/^\d+$/.test(name) && needed.has(stage.index)) {
    const message = `FROM ${name} names an image: stages have no numbers there.`;
    fail(resolving, { code: 'stage-number', message }, stage);
  }
  return name === 'scratch' ? { kind: 'scratch' } : { kind: 'image', ref: name };
}

/** The steps of a stage so far, and the state that the next one finds. Belongs to one call. */
interface Progress {
  readonly steps: Step[];
  state: StepState;
}

/** Adds the step of one instruction. */
function addStep(resolving: Resolving, progress: Progress, { stage, instruction, isTrigger }: Addition): void {
  const { options, input, names, needed, frontend } = resolving;
  const { builder } = options;
  const { steps, state } = progress;
  const { line, endLine, keyword } = instruction;
  const report = (code: string, message: string): void => {
    if (needed.has(stage) || code === 'stage-reference') fail(resolving, { code, message }, instruction);
  };
  const { fields, after } = resolveStep(instruction, { state, input, names, stage, builder, frontend, fail: report });
  const text = `${isTrigger ? 'ONBUILD ' : ''}${instructionText(instruction)}`;
  const visible = keyword === 'RUN' ? { ...state, args: { ...proxyArgs(options.buildArgs), ...state.args } } : state;
  const live = options.liveCommand;
  const afterLive = !isTrigger && live !== undefined && live.stage === stage && line > live.line;
  const step: Step = { ...fields, index: steps.length, line, endLine, text, state: visible, afterLive };
  steps.push(step);
  progress.state = after;
}

/** An instruction of the stage itself, or one that its base brings along. */
interface Addition {
  readonly stage: number;
  readonly instruction: Instruction;
  readonly isTrigger: boolean;
}

function additionsOf(stage: ParsedStage, triggers: readonly string[]): Addition[] {
  const { index } = stage;
  return [
    ...readTriggers(triggers, stage).map((instruction) => ({ stage: index, instruction, isTrigger: true })),
    ...stage.instructions.map((instruction) => ({ stage: index, instruction, isTrigger: false })),
  ];
}

/** ENV and ARG instructions of a stage that are read: each step carries the variables of those in front of it. */
const VARIABLES = 2000;

/** Leaves out ENV and ARG instructions beyond the limit, and says so once. */
function withoutMany(resolving: Resolving, additions: readonly Addition[]): readonly Addition[] {
  const sets = ({ instruction: { keyword } }: Addition): boolean => keyword === 'ENV' || keyword === 'ARG';
  const beyond = new Set(additions.filter(sets).slice(VARIABLES));
  const [first] = beyond;
  if (first === undefined) return additions;
  const message = `A stage may have ${VARIABLES} ENV and ARG instructions here; one instruction can set several variables.`;
  fail(resolving, { code: 'bad-argument', message }, first.instruction);
  return additions.filter((addition) => !beyond.has(addition));
}

/** Resolves a stage on top of those in front of it. */
export function resolveStage(resolving: Resolving, stage: ParsedStage, earlier: readonly Resolved[]): Resolved {
  const { dockerfile, names, options } = resolving;
  const base = readBase(resolving, stage);
  const parent = base.kind === 'stage' ? earlier[base.stage] : undefined;
  const config = base.kind === 'image' ? options.baseConfig(base.ref) : undefined;
  const triggers = base.kind === 'stage' ? triggerTexts(dockerfile.stages[base.stage]) : (config?.onBuild ?? []);
  const progress: Progress = { steps: [...(parent?.stage.steps ?? [])], state: parent?.state ?? initialState(config) };
  const additions = isReplaced(stage, names) ? [] : withoutMany(resolving, additionsOf(stage, triggers));
  for (const addition of additions) addStep(resolving, progress, addition);
  const { index, name } = stage;
  const platform = readPlatform(resolving, stage);
  return { stage: { index, name, base, platform, steps: progress.steps }, state: progress.state };
}
