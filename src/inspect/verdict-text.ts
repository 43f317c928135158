import type { StagePlan } from '../plan/plan.js';
import type { PathVerdict } from './explanation.js';

/** What the change of a path comes to, as part of a sentence that starts with the path. */
export function verdictText(verdict: PathVerdict, file: string): string {
  switch (verdict.kind) {
    case 'rebuild':
      return `is ${verdict.what}: the service is built anew, and its containers are made anew`;
    case 'ignored':
      return `nothing happens: ignored by ${verdict.file}:${verdict.line}: ${verdict.text}`;
    case 'scratch':
      return 'nothing happens: by its name an editor keeps it for itself';
    case 'special':
      return 'nothing happens: it is no file, directory or link';
    case 'uncovered':
      return 'nothing happens: no COPY, ADD or RUN --mount reads it';
    case 'stale':
      return verdict.steps
        .map(({ stage, step }) => `stale from ${file}:${step.line}${stageText(stage.name, verdict)}: ${step.text}`)
        .join('; ');
  }
}

const stageText = (name: string | undefined, { steps }: Extract<PathVerdict, { kind: 'stale' }>): string =>
  steps.length > 1 && name !== undefined ? ` (stage ${name})` : '';

/** Whether a push restarts the main process, and why. */
export function restartText({ restart, from }: StagePlan, liveLine: number | undefined): string {
  if (!restart) return `no restart: line ${from.line} stands after the live command in line ${liveLine}`;
  const why =
    liveLine === undefined ? 'there is no live command' : `it stands before the live command in line ${liveLine}`;
  return `restart for line ${restart.line}: ${why}`;
}
