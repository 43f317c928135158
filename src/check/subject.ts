import type { Diagnostic, Range } from '../diagnostics.js';
import { rulesOfBuildKit } from '../dockerfile/builder-rules.js';
import { type LiveDockerfile, makeLive } from '../dockerfile/live.js';
import type { Instruction, ParsedDockerfile, Stage } from '../dockerfile/model.js';
import { findTarget, neededStages } from '../dockerfile/needed.js';
import { inOriginalLines } from '../dockerfile/original-lines.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import { rangeOfLines } from '../dockerfile/ranges.js';
import { resolveStages } from '../dockerfile/resolve.js';
import { findLayerLimit } from '../dockerfile/size-limits.js';
import { readSource, type SourceLine } from '../dockerfile/source-lines.js';
import { findUnknownInstructions } from '../dockerfile/unknown-instructions.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { Place } from './place.js';

/** A mount that a service asks for. */
export interface MountFacts {
  /** `bind`, `volume`, `tmpfs`, … */
  readonly type: string;
  /** Absolute path on the host for a bind mount, else a volume's name. */
  readonly source: string | undefined;
  /** Path in the container. */
  readonly target: string;
  readonly place: Place | undefined;
}

/** What the compose files say of a service. */
export interface ServiceFacts {
  readonly name: string;
  readonly entrypoint: readonly string[] | undefined;
  readonly readOnly: boolean;
  readonly mounts: readonly MountFacts[];
  /** As `build.target`. */
  readonly target: string | undefined;
  /** The value of `x-livepush`, whatever it is. */
  readonly livepush: unknown;
  /** Where a key of the service is written, such as `['build', 'target']`; undefined when that is not known. */
  readonly placeOf: (...path: readonly string[]) => Place | undefined;
}

/** The build context on the disk. Entries are looked up when they are asked for. */
export interface ContextFacts {
  /** Absolute path. */
  readonly root: string;
  /** All that is there. */
  readonly all: ContextTree;
  /** What a build is sent: without what the ignore file leaves out. */
  readonly sent: ContextTree;
  /** Path of the ignore file as the user would name it; undefined without one. */
  readonly ignoreFile: string | undefined;
}

/** The texts that a service is built from. */
export interface BuildInput {
  readonly dockerfile: { readonly path: string; readonly text: string };
  readonly target: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  readonly additionalContexts: readonly string[];
  /** `os/arch`. */
  readonly platform: string;
  readonly context: ContextFacts;
}

/** What is built for a service in live mode, read without an engine: nothing is known of external images. */
export interface BuildFiles {
  readonly dockerfile: ParsedDockerfile;
  /** The lines of the Dockerfile. */
  readonly lines: readonly SourceLine[];
  /** The same as plain text. */
  readonly texts: readonly string[];
  /** The instructions of all stages by the line that they begin in. */
  readonly instructions: ReadonlyMap<number, Instruction>;
  readonly live: LiveDockerfile;
  /** The stages of the live Dockerfile that are needed, with the lines of the Dockerfile; the one that runs is the last. */
  readonly stages: readonly Stage[];
  readonly context: ContextFacts;
  readonly additionalContexts: readonly string[];
  /** Lines of instructions that a build refuses: what they would do need not be judged. */
  readonly refused: ReadonlySet<number>;
}

/** A service as rules see it. */
export interface Subject {
  readonly service: ServiceFacts;
  /** What was found while its files were read. */
  readonly reported: readonly Diagnostic[];
  /** Undefined when its files could not be read. */
  readonly files: BuildFiles | undefined;
}

/** Reads a service's Dockerfile, makes it live and resolves it, as the newest builder does. Faults are in `reported`. */
export function readSubject(service: ServiceFacts, input: BuildInput): Subject {
  const { path, text } = input.dockerfile;
  const { target, args, additionalContexts, platform, context } = input;
  const original = parseDockerfile(text, path);
  const { dockerfile } = original;
  const beyond = findLayerLimit(dockerfile, target, { buildArgs: args, additionalContexts });
  const read = [...original.diagnostics, ...findUnknownInstructions(dockerfile), ...beyond];
  // nobody has to look at thousands of steps to mend it
  if (beyond.length > 0) return { service, reported: read, files: undefined };
  const live = makeLive(dockerfile, { target, buildArgs: args, additionalContexts });
  const parsed = live.text === dockerfile.text ? dockerfile : parseDockerfile(live.text, path).dockerfile;
  const builder = rulesOfBuildKit(Number.POSITIVE_INFINITY);
  const options = { buildArgs: args, platform, builder, additionalContexts, baseConfig: () => undefined };
  const resolved = resolveStages(parsed, { ...options, target: live.target, liveCommand: live.liveCommand });
  const final = findTarget(parsed.stages, live.target) ?? resolved.stages.length - 1;
  const kept = resolved.stages.slice(0, final + 1);
  const needed = neededStages(kept, undefined);
  const stages = inOriginalLines(kept, live.lineMap).filter(({ index }) => needed.has(index));
  const { lines } = readSource(dockerfile.text);
  const texts = lines.map((line) => line.text);
  const inOriginal = (diagnostic: Diagnostic): Diagnostic =>
    diagnostic.range === undefined ? diagnostic : { ...diagnostic, range: moved(diagnostic.range, live, texts) };
  const reported = [...read, ...live.diagnostics, ...resolved.diagnostics.map(inOriginal)];
  const errors = reported.filter(({ severity }) => severity === 'error');
  const refused = new Set(errors.flatMap(({ range }) => range?.line ?? []));
  const instructions = byLine(dockerfile);
  const files = { dockerfile, lines, texts, instructions, live, stages, context, additionalContexts, refused };
  return { service, reported, files };
}

/** A range of the live Dockerfile in the Dockerfile. */
function moved({ line, endLine }: Range, { lineMap }: LiveDockerfile, texts: readonly string[]): Range {
  return rangeOfLines(texts, { line: lineMap[line - 1] ?? line, endLine: lineMap[endLine - 1] ?? endLine });
}

const byLine = ({ stages }: ParsedDockerfile): Map<number, Instruction> =>
  new Map(stages.flatMap(({ instructions }) => instructions.map((each) => [each.line, each] as const)));
