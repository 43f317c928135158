import test from 'ava';
import { exitCodeOf } from '../../src/cli/exit-codes.js';

test('errors of usage and compose files exit with 2', (t) => {
  t.is(exitCodeOf('usage'), 2);
  t.is(exitCodeOf('compose-file'), 2);
});

test('an engine or a compose that is not there exits with 3', (t) => {
  for (const code of ['engine-unreachable', 'compose-missing', 'engine-error'] as const) t.is(exitCodeOf(code), 3);
});

test('failures of the project and bugs exit with 1', (t) => {
  for (const code of ['dockerfile', 'build-failed', 'up-failed', 'context-file'] as const) t.is(exitCodeOf(code), 1);
  for (const code of ['container-lost', 'container-refused', 'internal'] as const) t.is(exitCodeOf(code), 1);
});
