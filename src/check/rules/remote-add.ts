import { eachStep } from '../each-step.js';
import { firstStaleSteps } from '../may-be-stale.js';
import { type Finding, rule } from '../rule.js';
import { placeOfLines } from '../tokens.js';

/** ADD of URLs and repositories: a change that reaches one can only be built. */
export const remoteAdd = rule(
  {
    id: 'remote-add',
    severity: 'warning',
    summary: 'An ADD fetches from elsewhere: a change in front of it means a rebuild.',
  },
  (files): Finding[] => {
    const first = firstStaleSteps(files.stages);
    return eachStep(files.stages).flatMap(({ stage, step }): Finding[] => {
      if (step.kind !== 'unreplayable' || step.remote === undefined) return [];
      const place = placeOfLines(files, step);
      const stale = stage.steps[first.get(stage.index) ?? Number.POSITIVE_INFINITY];
      if (stale === undefined || stale.index > step.index) {
        const message = 'What this ADD fetches stays as it was when the image was built: no push fetches it again.';
        return [{ severity: 'note', message, place }];
      }
      const message = `A change that makes line ${stale.line} stale means a rebuild: a push cannot fetch what this ADD does.`;
      return [{ message, hint: 'Put it in front of the first COPY of your own files.', place }];
    });
  },
);
