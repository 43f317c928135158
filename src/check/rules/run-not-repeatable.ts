import type { CopyStep, RunStep, Stage } from '../../dockerfile/model.js';
import { matchSource } from '../../plan/match-copy.js';
import { eachStep } from '../each-step.js';
import { firstStaleSteps, mayBeReplayed } from '../may-be-stale.js';
import { type Finding, rule } from '../rule.js';
import { findProblems, type Surroundings } from '../shell/find-problems.js';
import { readCommands } from '../shell/read-commands.js';
import { runScript } from '../shell/run-script.js';
import type { ShellCommand } from '../shell/shell-command.js';
import type { BuildFiles } from '../subject.js';

const isCopy = (step: Stage['steps'][number]): step is CopyStep => step.kind === 'copy';

/** Whether all that a COPY places is written again when it is stale: a single file, or what comes from another stage. */
function isWhole({ context }: BuildFiles, { sources, from }: CopyStep): boolean {
  const [source, ...others] = sources;
  if (from.kind === 'stage') return true;
  if (source === undefined || others.length > 0 || from.kind !== 'context') return false;
  const { roots } = matchSource(context.sent, source);
  return roots.length === 1 && roots.every(({ directory }) => !directory);
}

function commandsOf(files: BuildFiles, run: RunStep): readonly ShellCommand[] {
  const script = runScript(files, run);
  return script === undefined ? [] : readCommands(script.text, { folder: run.state.workdir, shell: run.state.shell });
}

/** The other steps of a RUN's stage, as its commands see them. Each is looked up when it is asked for. */
function surroundingsOf(files: BuildFiles, { steps }: Stage, run: RunStep): Surroundings {
  const copies = () => steps.slice(0, run.index).filter(isCopy);
  // the RUN is stale for this COPY alone, and so never without it
  const isFresh = (all: readonly CopyStep[]): boolean => all.length === 1 && all.every((copy) => isWhole(files, copy));
  return {
    earlierCopies: () => (isFresh(copies()) ? [] : copies()),
    freshCopies: () => (isFresh(copies()) ? copies() : []),
    laterCopies: () => steps.slice(run.index + 1).filter(isCopy),
    alwaysBefore: () => {
      const start = steps.findLastIndex((step, index) => index < run.index && isCopy(step));
      return steps.slice(start + 1, run.index).flatMap((step) => (step.kind === 'run' ? commandsOf(files, step) : []));
    },
    later: () => steps.slice(run.index + 1).flatMap((step) => (step.kind === 'run' ? commandsOf(files, step) : [])),
    // what is added to a cache once more is so in each build
    scratch: run.mounts.flatMap(({ type, target }) =>
      (type === 'tmpfs' || type === 'cache') && target !== undefined ? [target] : [],
    ),
  };
}

function findingsOf(files: BuildFiles, stage: Stage, run: RunStep): Finding[] {
  const script = runScript(files, run);
  if (script === undefined) return [];
  const commands = commandsOf(files, run);
  return findProblems(commands, surroundingsOf(files, stage, run)).map(({ command, why, hint }) => ({
    message: `${command.text.replace(/\s+/g, ' ')} ${why}.`,
    hint,
    place: script.placeOf(command.start, command.end),
  }));
}

/** Commands of RUN steps that pushes run again, and that fail then or do something else. */
export const runNotRepeatable = rule(
  {
    id: 'run-not-repeatable',
    severity: 'warning',
    summary: 'A command of a RUN step does not do the same twice: an edit that reaches it means a rebuild.',
  },
  (files) => {
    const first = firstStaleSteps(files.stages);
    const placed = eachStep(files.stages, ({ stage, step }) => mayBeReplayed(first, stage, step));
    return placed.flatMap(({ stage, step }) => (step.kind === 'run' ? findingsOf(files, stage, step) : []));
  },
);
