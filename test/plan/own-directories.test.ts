import test from 'ava';
import { ownDirectories } from '../../src/plan/own-directories.js';
import { stageOf } from './read-steps.js';

/** Of the first COPY. */
function ownOf(...lines: string[]): string[] {
  const stage = stageOf(...lines);
  const step = stage.steps.find(({ kind }) => kind === 'copy');
  if (step?.kind !== 'copy') throw new Error('There is no COPY');
  return ownDirectories(stage, step, step.destination.replace(/\/$/, ''));
}

test('a destination and its parents are the own ones of a COPY, innermost first', (t) => {
  t.deepEqual(ownOf('COPY *.x /a/b/c/', 'RUN x'), ['/a/b/c', '/a/b', '/a']);
  t.deepEqual(ownOf('COPY *.x /'), []);
});

test('a parent that another COPY writes to is not, nor one that a WORKDIR makes', (t) => {
  t.deepEqual(ownOf('COPY *.x /a/b/c/', 'COPY y /a/d'), ['/a/b/c', '/a/b']);
  t.deepEqual(ownOf('COPY *.x /a/b/', 'COPY y /a/b/'), ['/a/b']);
  t.deepEqual(ownOf('COPY *.x /a/b/', 'WORKDIR /a/b/c'), []);
  t.deepEqual(ownOf('WORKDIR /a', 'COPY *.x b/'), ['/a/b']);
});
