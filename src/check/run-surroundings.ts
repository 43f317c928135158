import { posix } from 'node:path';
import type { CopyStep, RunStep, Stage, Step } from '../dockerfile/model.js';
import { valueIn } from '../dockerfile/substitution.js';
import { argPairs } from '../dockerfile/words.js';
import { isWithin, memberOf } from '../plan/context-tree.js';
import { matchSource } from '../plan/match-copy.js';
import { readsContext, stagesRead } from './may-be-stale.js';
import { placedBy, puts } from './placed-files.js';
import type { Surroundings } from './shell/find-problems.js';
import type { Known } from './shell/known-words.js';
import { readCommands } from './shell/read-commands.js';
import { runScript } from './shell/run-script.js';
import { operandsOf, pathOf, type ShellCommand } from './shell/shell-command.js';
import type { BuildFiles } from './subject.js';

/** COPY steps of a stage up to which it is worked out which of them are made anew: it costs with their square. */
const MANY = 1000;

const isCopy = (step: Step): step is CopyStep => step.kind === 'copy';

/** What the shell of a RUN finds in variables, as far as the Dockerfile decides it and not the base image. */
function variablesOf({ dockerfile }: BuildFiles, { index }: Stage, { state, line }: RunStep): Known {
  const declared = (dockerfile.stages[index]?.instructions ?? [])
    .filter((each) => each.keyword === 'ARG' && each.line < line)
    .flatMap(({ args }) => argPairs(args, dockerfile.escape).map(({ name }) => name));
  const empty = new Set(declared);
  return (name) => {
    if (name === 'PATH') return undefined;
    return valueIn(state.env, name) ?? valueIn(state.args, name) ?? (empty.has(name) ? '' : undefined);
  };
}

/** Reads the commands of RUN steps that can be reached, each step once; none for one that no shell gets. */
export type ReadRun = (stage: Stage, run: RunStep) => readonly ShellCommand[];

/** Makes a reader for the steps of one Dockerfile. */
export function runReader(files: BuildFiles): ReadRun {
  const known = new Map<RunStep, readonly ShellCommand[]>();
  return (stage, run) => {
    const found = known.get(run) ?? commandsOf(files, stage, run);
    known.set(run, found);
    return found;
  };
}

function commandsOf(files: BuildFiles, stage: Stage, run: RunStep): readonly ShellCommand[] {
  const script = runScript(files, run);
  if (script === undefined) return [];
  const { workdir, shell } = run.state;
  return readCommands(script.text, { folder: workdir, shell, variables: variablesOf(files, stage, run) });
}

/** Whether a COPY of the context places a single file, which is written whenever the COPY is stale. */
function isWhole({ context }: BuildFiles, { sources, inline }: CopyStep): boolean {
  const [source, ...others] = sources;
  if (source === undefined || others.length + inline.length > 0) return false;
  const { roots } = matchSource(context.sent, source);
  return roots.length === 1 && roots.every(({ directory }) => !directory);
}

/**
 * Whether all that a COPY places is there again each time that a RUN behind it runs: each edit that reaches the RUN makes
 * the COPY write everything. An edit of a step in front of both does so where a RUN between is replayed.
 */
function isFresh(files: BuildFiles, copy: CopyStep, readers: readonly Step[], steps: readonly Step[]): boolean {
  const { from } = copy;
  // what an image gave is never copied again
  if (from.kind === 'fixed' || (from.kind === 'context' && !isWhole(files, copy))) return false;
  return readers.every((reader) => {
    if (reader === copy) return true;
    // two copies of one stage are stale together
    if (reader.index > copy.index)
      return from.kind === 'stage' && stagesRead(reader).every((each) => each === from.stage) && !readsContext(reader);
    const between = steps.slice(reader.index, copy.index);
    return from.kind === 'stage' || between.some(({ kind }) => kind === 'run');
  });
}

/** The base of a stage, through stages that it is built from; empty for none. */
function baseName(stages: readonly Stage[], { base }: Stage): string {
  if (base.kind !== 'stage') return base.kind === 'image' ? base.ref : '';
  const parent = stages.find(({ index }) => index === base.stage);
  return parent === undefined ? '' : baseName(stages, parent);
}

function kindIn({ context }: BuildFiles, copies: readonly CopyStep[], path: string): 'file' | 'directory' | undefined {
  for (const copy of copies.toReversed()) {
    for (const { at, from } of placedBy(copy, context)) {
      if (from === undefined || !isWithin(at, path)) continue;
      const found = at === path ? from.path : memberOf(from.path, posix.relative(at, path));
      const kind = context.sent.get(found)?.kind;
      if (kind === 'file' || kind === 'directory') return kind;
    }
  }
  return undefined;
}

function foldersOf(files: BuildFiles, read: ReadRun, stage: Stage, before: readonly Step[]): string[] {
  const made = (step: Step): string[] => {
    switch (step.kind) {
      case 'workdir':
        return [step.path];
      case 'copy':
        return placedBy(step, files.context).map(({ at, from }) => (from?.directory ? at : posix.dirname(at)));
      case 'run':
        return read(stage, step)
          .filter(({ program }) => program === 'mkdir')
          .flatMap((command) => operandsOf(command, '-m', '--mode').map((word) => pathOf(command, word)));
      case 'config':
      case 'unreplayable':
        return [];
    }
  };
  return before.flatMap(made);
}

/** A RUN, and the stage that it is looked at in. */
export interface PlacedRun {
  readonly stage: Stage;
  readonly run: RunStep;
}

/**
 * The other steps of a RUN's stage, as its commands see them. Each is looked up when it is asked for.
 *
 * @param stale for each stage that an edit can reach, its first stale step
 */
export function surroundingsOf(
  files: BuildFiles,
  { stage, run }: PlacedRun,
  { stale, read }: { readonly stale: ReadonlyMap<number, number>; readonly read: ReadRun },
): Surroundings {
  const { steps } = stage;
  const before = () => steps.slice(0, run.index);
  const readers = () =>
    steps
      .slice(0, run.index + 1)
      .filter((step) => readsContext(step) || stagesRead(step).some((each) => stale.has(each)));
  const copies = () => before().filter(isCopy);
  const fresh = (): CopyStep[] => {
    const all = copies();
    if (all.length > MANY) return [];
    const reading = readers();
    return all.filter((copy) => isFresh(files, copy, reading, steps));
  };
  const runsIn = (some: readonly Step[]) => some.flatMap((step) => (step.kind === 'run' ? read(stage, step) : []));
  return {
    earlierCopies: () => {
      const again = new Set(fresh());
      return copies().filter((copy) => !again.has(copy));
    },
    freshCopies: fresh,
    // a push copies from a stage what changed there or is gone here
    rewrittenCopies: () => fresh().filter(({ from }) => from.kind === 'context'),
    laterCopies: () =>
      steps.slice(run.index + 1).filter((step) => isCopy(step) && step.from.kind !== 'fixed') as CopyStep[],
    alwaysBefore: () => runsIn(before().slice(readers().at(-1)?.index ?? 0)),
    later: () => runsIn(steps.slice(run.index + 1)),
    // what is added to a cache once more is so in each build
    scratch: run.mounts.flatMap(({ type, target }) =>
      (type === 'tmpfs' || type === 'cache') && target !== undefined ? [target] : [],
    ),
    busybox: () =>
      /(?:^|[/:._-])(?:alpine|busybox)/.test(baseName(files.stages, stage)) ||
      runsIn(steps).some(({ program }) => program === 'apk'),
    puts: (copy, path) => puts(copy, path, files.context),
    kindAt: (path) => kindIn(files, copies(), path),
    folders: () => foldersOf(files, read, stage, before()),
  };
}
