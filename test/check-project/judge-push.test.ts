import test from 'ava';
import { judgePush } from '../../src/check-project/judge-push.js';
import type { SeenPush } from '../../src/check-project/observed-run.js';

const probe = { paths: ['a'], restarts: true };
const push: SeenPush = {
  outcome: 'done',
  rebuild: undefined,
  restarted: true,
  landed: true,
  failed: { command: 'make', code: 2 },
  output: ['$ make', 'no rule'],
  errors: [],
};

test('a push that was done and kept to the restart rule is fine', (t) => {
  t.deepEqual(judgePush('web', probe, push), []);
  t.deepEqual(judgePush('web', { ...probe, restarts: false }, { ...push, restarted: false }), []);
});

test('a push that failed is an error with the output of its commands', (t) => {
  const [found] = judgePush('web', probe, { ...push, outcome: 'failed' });
  t.like(found, { code: 'push-failed', severity: 'error', service: 'web', details: ['$ make', 'no rule'] });
  t.regex(found?.message ?? '', /make ended with code 2/);
});

test('a push that became a rebuild is a warning with the reason', (t) => {
  const [found] = judgePush('web', probe, { ...push, outcome: 'failed', rebuild: 'there is no shell' });
  t.like(found, { code: 'push-means-rebuild', severity: 'warning' });
  t.regex(found?.message ?? '', /there is no shell/);
});

test('a push that leaves every file as it was restarts nothing', (t) => {
  t.deepEqual(judgePush('web', probe, { ...push, restarted: false, landed: false }), []);
  t.like(judgePush('web', probe, { ...push, landed: false }), [{ code: 'restart-rule' }]);
});

test('a restart that should not be, and one that is missing, are errors', (t) => {
  for (const restarts of [true, false]) {
    const [found] = judgePush('web', { ...probe, restarts }, { ...push, restarted: !restarts });
    t.like(found, { code: 'restart-rule', severity: 'error' });
  }
});
