import type { RuleInfo } from '../check/rule.js';

/** What `--build` and `--run` report besides the rules; each has a page in `docs/rules/` too. */
export const trialFindings: readonly RuleInfo[] = [
  { id: 'build-failed', severity: 'error', summary: 'A live image could not be built.' },
  { id: 'push-failed', severity: 'error', summary: 'A step failed when a push replayed it.' },
  { id: 'push-means-rebuild', severity: 'warning', summary: 'A push could not be made in the running container.' },
  {
    id: 'restart-rule',
    severity: 'error',
    summary: 'A push restarted a service and should not have, or the other way round.',
  },
  { id: 'service-ended', severity: 'error', summary: 'The main process of a service did not stay up.' },
  { id: 'start-failed', severity: 'error', summary: 'A service could not be started, or did not become healthy.' },
  { id: 'timed-out', severity: 'error', summary: 'The project was not built, started and tried in time.' },
];
