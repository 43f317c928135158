import type { CopyStep, RunStep, Step } from '../dockerfile/model.js';
import type { ContextEntry, ContextTree } from './context-tree.js';
import { contextSources } from './find-stale.js';
import { leftToBuild } from './left-to-build.js';
import { isMissing, type MatchedSource } from './match-copy.js';
import { mountInTheWay } from './mount-path.js';
import type { PendingChange, Plan, StageInput, StaleStage } from './plan.js';
import { isLink, isMoved } from './source-index.js';

/** What a build is made of. */
interface BuildInput {
  /** The Dockerfile, as diagnostics name it. */
  readonly file: string;
  readonly tree: ContextTree;
  readonly stages: readonly StageInput[];
  readonly whyNotAgain?: (step: RunStep) => string | undefined;
  readonly runsInPlace?: boolean;
}

/** A step from the first stale one on that cannot be replayed, or that a clean build would fail at. */
export function findObstacle(input: BuildInput, stale: readonly StaleStage[]): Plan | undefined {
  const steps = stale.flatMap((found) => {
    const links = [...found.input.pending].filter(([path, { was }]) => isLink(input.tree, path, was));
    return found.input.stage.steps.slice(found.from).map((step) => ({ found, step, links }));
  });
  const ofBuild = () =>
    input.stages.flatMap(({ stage }) => stage.steps.flatMap((step) => contextSources(input.tree, step)));
  for (const { found, step, links } of steps) {
    const reason = whyRebuild(input, found, { step, links, ofBuild });
    if (reason !== undefined) return { kind: 'rebuild', reason, step };
  }
  const diagnostics = steps.flatMap(({ step }) =>
    contextSources(input.tree, step)
      .filter((source) => isMissing(source, ofBuild))
      .map(({ source, missing }) => ({
        code: 'copy-source-missing',
        severity: 'error' as const,
        message: `${step.text.split(' ')[0]} source ${source} ${missing ? 'is not' : 'matches nothing'} in the build context.`,
        hint: 'Bring the file back, or change the instruction; the next edit is pushed as soon as a build would work.',
        file: input.file,
        range: { line: step.line, column: 1, endLine: step.endLine, endColumn: 1 },
      })),
  );
  return diagnostics.length > 0 ? { kind: 'fault', diagnostics } : undefined;
}

interface Considered {
  readonly step: Step;
  /** What changed and is or was a link. */
  readonly links: readonly (readonly [string, PendingChange])[];
  readonly ofBuild: () => Iterable<MatchedSource>;
}

function whyRebuild(input: BuildInput, found: StaleStage, { step, links, ofBuild }: Considered): string | undefined {
  const left = leftToBuild(input.tree, step, ofBuild);
  if (left !== undefined) return left;
  if (step.kind === 'run') {
    const mounted = input.runsInPlace && found.input.final ? mountInTheWay(step, found.input.mounts) : undefined;
    if (mounted !== undefined) return `the container has a mount at ${mounted}, where a step has one of its own`;
    const why = input.whyNotAgain?.(step);
    if (why !== undefined) return why;
  }
  const { pending } = found.input;
  if (step.kind === 'copy' && step.add) {
    if (unlistedArchive(input, pending, step)) return 'an archive changed whose members cannot be listed here';
    if (step.ownsMembers && step.chown && holdsUnlisted(input, step))
      return 'an archive goes to another owner whose members cannot be listed here';
  }
  for (const source of contextSources(input.tree, step)) {
    for (const [path, { was, since }] of links) {
      if (since > step.index || !isMoved(input.tree, source, { path, was })) continue;
      return `the link ${path} changed, and with it what a COPY source names`;
    }
  }
  return undefined;
}

const holdsUnlisted = ({ tree }: BuildInput, step: CopyStep): boolean =>
  contextSources(tree, step).some(({ roots }) => roots.some(({ path }) => isUnlisted(tree.get(path))));

const isUnlisted = (entry: ContextEntry | undefined): boolean => entry?.kind === 'file' && entry.archive === 'unlisted';

const unlistedArchive = (input: BuildInput, pending: StageInput['pending'], step: CopyStep): boolean =>
  contextSources(input.tree, step)
    .flatMap((source) => source.roots)
    .some(({ path }) => {
      const change = pending.get(path);
      const entries = [...(change?.was ?? []), input.tree.get(path)];
      return change !== undefined && entries.some(isUnlisted);
    });
