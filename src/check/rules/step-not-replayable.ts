import { contextSources } from '../../plan/find-stale.js';
import { leftToBuild } from '../../plan/left-to-build.js';
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
    const { sent } = files.context;
    const ofBuild = () => eachStep(files.stages).flatMap(({ step }) => contextSources(sent, step));
    const placed = eachStep(files.stages, ({ stage, step }) => mayBeReplayed(first, stage, step));
    return placed.flatMap(({ step }) => {
      // what is fetched, and what a build refuses, have rules of their own
      if ((step.kind === 'unreplayable' && step.remote !== undefined) || files.refused.has(step.line)) return [];
      const reason = leftToBuild(sent, step, ofBuild);
      if (reason === undefined) return [];
      const message = `A change that reaches this step means a rebuild: ${reason}.`;
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
