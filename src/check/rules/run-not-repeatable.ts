import type { CopyStep, RunStep, Stage } from '../../dockerfile/model.js';
import { matchSource } from '../../plan/match-copy.js';
import { eachStep } from '../each-step.js';
import { firstStaleSteps, mayBeReplayed } from '../may-be-stale.js';
import { type Finding, rule } from '../rule.js';
import { findProblems, type Surroundings } from '../shell/find-problems.js';
import { readCommands } from '../shell/read-commands.js';
import { runScript } from '../shell/run-script.js';
import type { BuildFiles } from '../subject.js';

const isCopy = (step: Stage['steps'][number]): step is CopyStep => step.kind === 'copy';

/** Whether a COPY is of a single file. */
function isOneFile({ context }: BuildFiles, { sources, from }: CopyStep): boolean {
  const [source, ...others] = sources;
  if (source === undefined || others.length > 0 || from.kind !== 'context') return false;
  const { roots } = matchSource(context.sent, source);
  return roots.length === 1 && roots.every(({ directory }) => !directory);
}

/**
 * The COPY steps in front of a RUN whose files need not be written again when it runs again. When the RUN is stale for one
 * file alone, that file is always there again.
 */
function copiesBefore(files: BuildFiles, stage: Stage, run: RunStep): CopyStep[] {
  const copies = stage.steps.slice(0, run.index).filter(isCopy);
  const [only, ...others] = copies;
  return only !== undefined && others.length === 0 && isOneFile(files, only) ? [] : copies;
}

function surroundingsOf(files: BuildFiles, stage: Stage, run: RunStep): Surroundings {
  return {
    earlierCopies: () => copiesBefore(files, stage, run),
    laterCopies: () => stage.steps.slice(run.index + 1).filter(isCopy),
    scratch: run.mounts.flatMap(({ type, target }) => (type === 'tmpfs' && target !== undefined ? [target] : [])),
  };
}

function findingsOf(files: BuildFiles, stage: Stage, run: RunStep): Finding[] {
  const script = runScript(files, run);
  if (script === undefined) return [];
  const commands = readCommands(script.text, { folder: run.state.workdir, shell: run.state.shell });
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
    summary: 'A command of a RUN step fails, or does something else, when a push runs it again.',
  },
  (files) => {
    const first = firstStaleSteps(files.stages);
    const placed = eachStep(files.stages, ({ stage, step }) => mayBeReplayed(first, stage, step));
    return placed.flatMap(({ stage, step }) => (step.kind === 'run' ? findingsOf(files, stage, step) : []));
  },
);
