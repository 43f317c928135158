import type { Diagnostic } from '../diagnostics.js';
import type { Directive } from './directives.js';
import type { ParsedDockerfile } from './model.js';
import { baseChain, findTarget, reachable } from './needed.js';
import { rangeOfLines } from './ranges.js';
import type { StageEdges } from './stage-edges.js';

/** The directives that count for a target. */
export interface LiveChoice {
  readonly applied: readonly Directive[];
  /** The live command among them. */
  readonly live: Directive | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

interface Choosing {
  readonly dockerfile: ParsedDockerfile;
  readonly directives: readonly Directive[];
  readonly edges: readonly StageEdges[];
  readonly target: string | undefined;
}

type Finding = Pick<Diagnostic, 'code' | 'severity' | 'message' | 'hint'>;

/** Makes diagnostics of one file. */
function diagnoser({ dockerfile }: Choosing): (line: number, finding: Finding) => Diagnostic {
  const lines = dockerfile.text.split('\n').map((text) => text.trimEnd());
  return (line, finding) => ({
    ...finding,
    file: dockerfile.file,
    range: rangeOfLines(lines, { line, endLine: line }),
  });
}

function unknownTarget(target: string): Finding {
  const message = `The build target ${target} names no stage.`;
  return { code: 'unknown-target', severity: 'error', message, hint: 'Name one of the stages after FROM … AS.' };
}

function secondLiveCommand(first: Directive): Finding {
  const message = `There is a live command in line ${first.line} already, and only one can be used.`;
  const hint = 'Keep one of the two, or set a build target that is built from just one of them.';
  return { code: 'second-live-command', severity: 'error', message, hint };
}

function unusedDirective({ name }: Directive, live: Directive | undefined, target: string | undefined): Finding {
  if (name !== 'cmd-live') {
    const why = target === undefined ? 'the live command leaves out' : `the build target ${target} does not need`;
    const message = `The directive dev-${name} stands in a stage that ${why}.`;
    return { code: 'directive-not-needed', severity: 'note', message };
  }
  const message = `This live command is ignored: the build target ${target} is not built from its stage.`;
  // Two services may each have a live command in a target of their own: then nothing is amiss.
  const severity = live === undefined ? 'warning' : 'note';
  return { code: 'live-command-not-needed', severity, message, hint: 'Move it to the stage of the target.' };
}

/** The live commands that can count: any without a target, else those in the stages that the target is built from. */
function liveCandidates({ directives, edges, target }: Choosing, final: number): Directive[] {
  const commands = directives.filter(({ name }) => name === 'cmd-live');
  if (target === undefined) return commands;
  const chain = baseChain(edges, final);
  return commands.filter(({ stage }) => chain.has(stage));
}

/** Picks the directives that count, and says what becomes of the others. Without any directive there is nothing to say. */
export function chooseDirectives(choosing: Choosing): LiveChoice {
  const { dockerfile, directives, edges, target } = choosing;
  const diagnose = diagnoser(choosing);
  const final = findTarget(dockerfile.stages, target);
  if (final === undefined) {
    const diagnostics = target === undefined ? [] : [diagnose(1, unknownTarget(target))];
    return { applied: [], live: undefined, diagnostics };
  }
  const candidates = liveCandidates(choosing, final);
  const [live] = candidates;
  const needed = reachable(edges, live?.stage ?? final);
  const counts = ({ stage }: Directive): boolean =>
    target === undefined ? live === undefined || stage <= live.stage : needed.has(stage);
  const isApplied = (directive: Directive): boolean =>
    counts(directive) && (directive.name !== 'cmd-live' || directive === live);
  const diagnostics = directives.flatMap((directive) => {
    if (isApplied(directive)) return [];
    const isSecond = live !== undefined && candidates.includes(directive);
    const finding = isSecond ? secondLiveCommand(live) : unusedDirective(directive, live, target);
    return [diagnose(directive.line, finding)];
  });
  return { applied: directives.filter(isApplied), live, diagnostics };
}
