import { eachStep } from '../each-step.js';
import { firstStaleSteps, mayBeReplayed } from '../may-be-stale.js';
import { type Finding, rule } from '../rule.js';
import { type PlacedRun, type ReadRun, runReader, surroundingsOf } from '../run-surroundings.js';
import { findProblems } from '../shell/find-problems.js';
import { runScript } from '../shell/run-script.js';
import type { BuildFiles } from '../subject.js';

/** What the RUN steps of a Dockerfile are judged with. */
interface Judging {
  readonly stale: ReadonlyMap<number, number>;
  readonly read: ReadRun;
}

function findingsOf(files: BuildFiles, placed: PlacedRun, judging: Judging): Finding[] {
  const script = runScript(files, placed.run);
  if (script === undefined) return [];
  const commands = judging.read(placed.stage, placed.run);
  return findProblems(commands, surroundingsOf(files, placed, judging)).map(({ command, why, hint }) => ({
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
    const stale = firstStaleSteps(files.stages);
    const judging: Judging = { stale, read: runReader(files) };
    const placed = eachStep(files.stages, ({ stage, step }) => mayBeReplayed(stale, stage, step));
    return placed.flatMap(({ stage, step }) =>
      step.kind === 'run' ? findingsOf(files, { stage, run: step }, judging) : [],
    );
  },
);
