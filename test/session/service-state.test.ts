import test from 'ava';
import { nextState, type RebuildCause, type ServiceState, type ServiceTurn } from '../../src/session/service-state.js';

const after = (...turns: ServiceTurn[]): ServiceState =>
  turns.reduce<ServiceState>((state, turn) => nextState(state, turn), { kind: 'opening' });

const rebuild: ServiceTurn = { kind: 'rebuild', reason: 'its Dockerfile changed' };
const fail = (isAttached: boolean, cause: RebuildCause): ServiceTurn => {
  return { kind: 'fail', reason: 'its Dockerfile changed', isAttached, cause };
};
const retrying = { kind: 'retrying', reason: 'its Dockerfile changed' } as const;

test('a rebuild that fails is tried again, whether old containers go on or not', (t) => {
  t.deepEqual(after({ kind: 'attach' }, rebuild, fail(true, 'files')), { ...retrying, insists: false });
  t.deepEqual(after({ kind: 'attach' }, rebuild, fail(true, 'asked')), { ...retrying, insists: true });
  for (const cause of ['files', 'push', 'asked'] as const)
    t.deepEqual(after({ kind: 'attach' }, rebuild, fail(false, cause)), { ...retrying, insists: true });
});

test('one that a push has asked for is left to the next push, where there is something to push to', (t) => {
  t.deepEqual(after({ kind: 'attach' }, rebuild, fail(true, 'push')), { kind: 'attached' });
});

test('files that are as they were again end what they had asked for, and nothing else', (t) => {
  t.deepEqual(after(rebuild, fail(true, 'files'), { kind: 'agree' }), { kind: 'attached' });
  t.deepEqual(after(rebuild, fail(false, 'files'), { kind: 'agree' }), { ...retrying, insists: true });
  t.deepEqual(after({ kind: 'agree' }), { kind: 'opening' });
});

test('one that succeeds is attached again', (t) => {
  t.deepEqual(after(rebuild, fail(false, 'files'), rebuild, { kind: 'attach' }), { kind: 'attached' });
});

test('what is gone stays gone', (t) => {
  t.deepEqual(after({ kind: 'close' }, rebuild, { kind: 'attach' }), { kind: 'gone' });
});
