import type { Diagnostic } from '../diagnostics.js';
import type { SeenPush } from './observed-run.js';
import type { Probe } from './probe-paths.js';

/** What is amiss in a push that was to change nothing. */
export function judgePush(service: string, { paths, restarts }: Probe, push: SeenPush): Diagnostic[] {
  const what = `A push of ${paths.join(', ')} as ${paths.length === 1 ? 'it is' : 'they are'}`;
  const found = (code: string, severity: Diagnostic['severity'], message: string): Diagnostic => ({
    code,
    severity,
    message,
    service,
    ...(push.output.length > 0 && { details: push.output }),
  });
  if (push.rebuild !== undefined) {
    return [found('push-means-rebuild', 'warning', `${what} means a rebuild of service ${service}: ${push.rebuild}.`)];
  }
  if (push.outcome !== 'done') {
    return [found('push-failed', 'error', `${what} failed in service ${service}: ${reasonOf(push)}.`)];
  }
  // steps that leave every file as it was are no reason for a restart, nor is what they leave differently each time
  const expected = restarts && push.landed;
  if (push.restarted === expected) return [];
  const message = expected
    ? `${what} did not restart service ${service}, though steps in front of its live command ran.`
    : `${what} restarted service ${service}, though only steps behind its live command ran.`;
  return [found('restart-rule', 'error', message)];
}

function reasonOf({ failed, errors, outcome }: SeenPush): string {
  const [error] = errors;
  if (failed !== undefined) return `${failed.command.replace(/\n[\s\S]*/, ' …')} ended with code ${failed.code}`;
  return error === undefined ? `it ended as ${outcome}` : error.message.replace(/\.$/, '');
}
