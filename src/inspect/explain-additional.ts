import { realpath } from 'node:fs/promises';
import { type AdditionalFolder, ignoreFileIn, shownPath } from '../compose/build-target.js';
import type { Step } from '../dockerfile/model.js';
import { coverage } from '../plan/find-stale.js';
import { readFolders } from '../session/additional-folders.js';
import { type LiveModel, resolveModel } from '../session/service-model.js';
import { ignoreNothing, parseIgnore } from '../watch/ignore.js';
import { type AskedPath, type FoundPath, findInContext, isGone } from './asked-paths.js';
import type { ExplainedPath, PathVerdict } from './explanation.js';
import { readContext } from './read-context.js';

/** A path that was looked for, and what its change comes to. */
export type JudgedPath = FoundPath & ExplainedPath;

interface Asking {
  readonly model: LiveModel;
  /** Folder that the paths of files are shown relative to. */
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** Explains a change of a path for the additional contexts of a service; nothing where it is in none of them. */
export async function explainAdditional(asked: AskedPath, { model, ...how }: Asking): Promise<JudgedPath[]> {
  const { additionalFolders } = model.build;
  const read = readFolders(additionalFolders, resolveModel(model, () => undefined).stages);
  const steps = new Map(read.map(({ folder, step }) => [folder, step]));
  const judged = await Promise.all(
    additionalFolders.map((folder) => judgeIn(folder, { ...how, asked, step: steps.get(folder) })),
  );
  return judged.reduce(mergePaths, []);
}

/** Each path once. A rebuild makes all else needless, and what comes first counts otherwise. */
export function mergePaths(first: readonly JudgedPath[], second: readonly JudgedPath[]): JudgedPath[] {
  const merged = new Map(first.map((path) => [path.absolute, path]));
  for (const path of second)
    if (!merged.has(path.absolute) || path.verdict.kind === 'rebuild') merged.set(path.absolute, path);
  return [...merged.values()];
}

interface Judging extends Omit<Asking, 'model'> {
  readonly asked: AskedPath;
  /** Reads all that the build reads of the folder; undefined where that is nothing. */
  readonly step: Step | undefined;
}

async function judgeIn(
  { name, folder, ignoreText }: AdditionalFolder,
  { asked, step, cwd, signal }: Judging,
): Promise<JudgedPath[]> {
  const root = await realpath(folder);
  const ignore = ignoreText === undefined ? ignoreNothing : parseIgnore(ignoreText);
  const found = await findInContext(asked, { root, ignore });
  if (found.length === 0) return [];
  const steps = step ? [step] : [];
  const tree = await readContext({ root, ignore, steps, asked: [], signal });
  const reads = coverage(tree, steps);
  const verdictOf = ({ path, ignoredBy }: FoundPath): PathVerdict => {
    if (step && path === '.dockerignore')
      return { kind: 'rebuild', what: `the ignore file of the additional context ${name}` };
    if (ignoredBy) return { kind: 'ignored', file: shownPath(ignoreFileIn(folder), cwd), ...ignoredBy };
    if (!reads(path, tree.get(path))) return { kind: 'uncovered' };
    return { kind: 'rebuild', what: `read of the additional context ${name}` };
  };
  return found.map((path) => ({ ...path, gone: isGone(path.state), verdict: verdictOf(path) }));
}
