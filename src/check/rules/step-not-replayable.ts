import { eachStep } from '../each-step.js';
import { firstStaleSteps, mayBeReplayed } from '../may-be-stale.js';
import { type Finding, rule } from '../rule.js';
import { placeOfLines } from '../tokens.js';

/** Steps that only a build can carry out, where an edit can reach them. */
export const stepNotReplayable = rule(
  {
    id: 'step-not-replayable',
    severity: 'warning',
    summary: 'A step cannot be replayed in a container: a change that reaches it means a rebuild.',
  },
  (files): Finding[] => {
    const first = firstStaleSteps(files.stages);
    const placed = eachStep(files.stages, ({ stage, step }) => mayBeReplayed(first, stage, step));
    return placed.flatMap(({ step }) => {
      // an instruction that nobody knows has a rule of its own
      if (step.kind !== 'unreplayable' || step.remote !== undefined || /^the instruction /.test(step.reason)) return [];
      if (files.refused.has(step.line)) return [];
      const message = `A change that reaches this step means a rebuild: ${step.reason}.`;
      return [
        {
          message,
          hint: 'Put it in front of the first COPY of your own files, or do without it.',
          place: placeOfLines(files, step),
        },
      ];
    });
  },
);
