import { realpath } from 'node:fs/promises';
import { type ServiceBuild, shownPath } from '../compose/build-target.js';
import { type ContextEntry, type ContextTree, EMPTY_TREE } from '../plan/context-tree.js';
import { type Explanation, explainChange } from '../plan/explain-change.js';
import { watchRoots } from '../plan/find-stale.js';
import { isEditorScratch } from '../watch/editor-scratch.js';
import { ignoreNothing, parseIgnore } from '../watch/ignore.js';
import { type AskedContext, type AskedPath, type FoundPath, findInContext, isGone } from './asked-paths.js';
import { explainAdditional, mergePaths } from './explain-additional.js';
import type { ExplainedPath, PathVerdict, ServiceExplanation } from './explanation.js';
import { readContext } from './read-context.js';
import { type FactSources, lookUpFacts } from './service-facts.js';

/** What is asked about a service. */
export interface ServiceQuestion extends FactSources {
  readonly asked: readonly AskedPath[];
  /** Folder that the paths of files are shown relative to. */
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** Explains a change of these paths for one service; undefined when its build has to do with none of them. */
export async function explainService(question: ServiceQuestion): Promise<ServiceExplanation | undefined> {
  const { model, asked, cwd, signal } = question;
  const { build, liveCommand } = model;
  const root = await realpath(build.spec.context);
  const ignore = build.ignoreText === undefined ? ignoreNothing : parseIgnore(build.ignoreText);
  const buildFiles = await buildFilesOf(build);
  const found = await Promise.all(asked.map((path) => findIn({ root, ignore, buildFiles }, path)));
  const additional = await Promise.all(asked.map((path) => explainAdditional(path, { model, cwd, signal })));
  if ([...found, ...additional].every(({ length }) => length === 0)) return undefined;
  const facts = await lookUpFacts(question);
  const steps = facts.stages.flatMap(({ stage }) => stage.steps);
  const named = new Set(watchRoots(EMPTY_TREE, steps));
  const isScratch = ({ path }: FoundPath): boolean => isEditorScratch(path) && !named.has(path);
  const inContext = found.flat().filter((path) => !buildFiles.has(path.absolute) && !isScratch(path));
  const tree = await readContext({ root, ignore, steps, asked: inContext.map(({ path }) => path), signal });
  const changed = new Map(inContext.flatMap((path) => changeOf(path, tree)));
  const explanation = explainChange({ ...facts, file: build.dockerfilePath, tree, paths: changed });
  const ignoreFile = shownPath(build.ignorePath ?? '', cwd);
  const explained = (path: FoundPath): FoundPath & ExplainedPath => {
    const verdict = isScratch(path)
      ? ({ kind: 'scratch' } as const)
      : verdictOf(path, { tree, explanation, ignoreFile, buildFiles });
    return { ...path, gone: isGone(path.state), verdict };
  };
  const paths = found.map((each, i) => mergePaths(each.map(explained), additional[i] ?? []));
  return {
    service: build.service.name,
    file: build.dockerfilePath,
    arguments: paths.flatMap((each, i) => (each.length > 0 ? [{ shown: asked[i]?.shown ?? '', paths: each }] : [])),
    explanation,
    liveLine: liveCommand?.line,
    assumptions: facts.assumptionsOf(explanation),
  };
}

/** Files that decide the build, by absolute path with links followed, and what they are. */
type BuildFiles = ReadonlyMap<string, string>;

async function buildFilesOf({ spec, ignorePath }: ServiceBuild): Promise<BuildFiles> {
  const named = [
    { path: spec.dockerfile, what: 'the Dockerfile' },
    { path: ignorePath, what: 'the ignore file' },
  ];
  const found = await Promise.all(
    named.map(async ({ path, what }): Promise<[string, string][]> => {
      return path === undefined
        ? []
        : [
            [path, what],
            [await realpath(path).catch(() => path), what],
          ];
    }),
  );
  return new Map(found.flat());
}

interface ContextFiles extends AskedContext {
  readonly buildFiles: BuildFiles;
}

/** What a path has to do with a build. */
async function findIn({ buildFiles, ...context }: ContextFiles, asked: AskedPath): Promise<FoundPath[]> {
  const found = await findInContext(asked, context);
  if (found.length > 0 || !buildFiles.has(asked.absolute)) return found;
  return [{ ...asked, path: '', ignoredBy: undefined }];
}

const goneFile: ContextEntry = { kind: 'file', mode: 0o644, size: 0, digest: 'gone', mtimeMs: 0 };
const goneDirectory: ContextEntry = { kind: 'directory', mode: 0o755, mtimeMs: 0 };

/** What stands at a path of the context, or stood there; nothing for one that is no part of it. */
function changeOf({ path, state, ignoredBy }: FoundPath, tree: ContextTree): [string, ContextEntry][] {
  if (ignoredBy) return [];
  if (state === 'gone') return [[path, goneFile]];
  if (state === 'gone-directory') return [[path, goneDirectory]];
  const entry = tree.get(path);
  return entry ? [[path, entry]] : [];
}

interface Judging {
  readonly tree: ContextTree;
  readonly explanation: Explanation;
  readonly ignoreFile: string;
  readonly buildFiles: BuildFiles;
}

function verdictOf(found: FoundPath, { tree, explanation, ignoreFile, buildFiles }: Judging): PathVerdict {
  const { absolute, path, state, ignoredBy } = found;
  const what = buildFiles.get(absolute);
  if (what !== undefined) return { kind: 'rebuild', what };
  if (ignoredBy) return { kind: 'ignored', file: ignoreFile, ...ignoredBy };
  if (!isGone(state) && !tree.get(path)) return { kind: 'special' };
  const steps = explanation.stale.get(path) ?? [];
  return steps.length > 0 ? { kind: 'stale', steps } : { kind: 'uncovered' };
}
