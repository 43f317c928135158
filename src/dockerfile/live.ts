import type { Diagnostic } from '../diagnostics.js';
import { counterpartOf, type Directive, findDirectives, instructionOf } from './directives.js';
import { chooseDirectives, type LiveChoice } from './live-choice.js';
import type { ParsedDockerfile } from './model.js';
import { continuationPattern, readSource } from './source-lines.js';
import { readStageEdges } from './stage-edges.js';

/** What a live Dockerfile is made for. */
export interface LiveOptions {
  /** As `build.target`. */
  readonly target?: string | undefined;
  /** As `build.args`: they may decide which stage a FROM names. */
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  /** Names of `build.additional_contexts`: they win over stages of the same name. */
  readonly additionalContexts?: readonly string[] | undefined;
}

/** A live Dockerfile and what was found while making it. */
export interface LiveDockerfile {
  /** Byte for byte the Dockerfile when no directive applies. */
  readonly text: string;
  /** What to build of it; undefined for the last stage. */
  readonly target: string | undefined;
  /** Its line is the same in the Dockerfile and in the live one. */
  readonly liveCommand: { readonly stage: number; readonly line: number; readonly value: string } | undefined;
  /** For each line of `text` (from index 0) its line in the Dockerfile, counted from 1. */
  readonly lineMap: readonly number[];
  /** Those of `findDirectives` too. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The lines that the live command makes obsolete: RUN and CMD after it in its stage, and all later stages. */
function droppedLines({ stages }: ParsedDockerfile, live: Directive | undefined): (line: number) => boolean {
  if (live === undefined) return () => false;
  const nextStage = stages[live.stage + 1]?.line ?? Number.POSITIVE_INFINITY;
  const dropped = (stages[live.stage]?.instructions ?? []).filter(
    ({ keyword, line }) => line > live.line && (keyword === 'RUN' || keyword === 'CMD'),
  );
  return (line) => line >= nextStage || dropped.some((step) => step.line <= line && line <= step.endLine);
}

/** Puts the instructions of the chosen directives in their places and drops lines. */
function rewrite(
  dockerfile: ParsedDockerfile,
  { applied, live }: LiveChoice,
): Pick<LiveDockerfile, 'text' | 'lineMap'> {
  const { lines } = readSource(dockerfile.text);
  const isDropped = droppedLines(dockerfile, live);
  const byLine = new Map(applied.map((directive) => [directive.line, directive]));
  const continuation = continuationPattern(dockerfile.escape);
  let text = dockerfile.text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const lineMap: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (isDropped(index + 1)) continue;
    const directive = byLine.get(index + 1);
    text += directive === undefined ? line.text : counterpartOf(directive).replace(continuation, '$1');
    text += line.end;
    lineMap.push(index + 1);
  }
  return { text, lineMap };
}

/**
 * Makes the live Dockerfile: every directive that applies becomes its instruction, in place; the live command ends the
 * file's last stage, without the RUN and CMD instructions after it.
 */
export function makeLive(dockerfile: ParsedDockerfile, options: LiveOptions): LiveDockerfile {
  const { directives, diagnostics } = findDirectives(dockerfile.text, dockerfile);
  const target = options.target || undefined;
  const input = { buildArgs: options.buildArgs ?? {}, additionalContexts: options.additionalContexts ?? [] };
  const edges = readStageEdges(dockerfile, input, (stage) =>
    directives.filter((directive) => directive.stage === stage).map(instructionOf),
  );
  const choice = chooseDirectives({ dockerfile, directives, edges, target });
  const { live } = choice;
  return {
    ...rewrite(dockerfile, choice),
    target: live === undefined ? target : undefined,
    liveCommand: live && { stage: live.stage, line: live.line, value: live.value },
    diagnostics: [...diagnostics, ...choice.diagnostics],
  };
}
