import test from 'ava';
import { coverage, stagesRead, watchRoots } from '../../src/plan/find-stale.js';
import { stageOf, stagesOf } from './read-steps.js';
import { readTree } from './read-tree.js';

const tree = readTree('src/a\nconf/x.ini\nl: link other/real\nother/real');

test('a path is covered when any step reads it', (t) => {
  const { steps } = stageOf(
    'COPY src /src',
    'RUN --mount=type=bind,source=conf,target=/c x',
    'COPY --from=tools /bin /bin',
  );
  t.deepEqual(
    ['src/new', 'conf/x', 'bin', 'README'].filter((path) => coverage(tree, steps)(path, undefined)),
    ['src/new', 'conf/x'],
  );
});

test('watched is where sources are or could be, and the links to them', (t) => {
  const roots = (...lines: string[]) => [...watchRoots(tree, stageOf(...lines).steps)].sort();
  t.deepEqual(roots('COPY src conf/*.ini /x/', 'COPY src/a /a', 'COPY none /n'), ['conf', 'none', 'src']);
  t.deepEqual(roots('COPY l /l'), ['l', 'other/real']);
  t.deepEqual(roots('COPY . /x', 'COPY src /y'), ['']);
  t.deepEqual(roots('RUN --mount=type=bind,target=/c x'), ['']);
  t.deepEqual(roots('RUN x', 'COPY --from=tools /a /b'), []);
});

test('a stage reads those that it copies or mounts from', (t) => {
  const stages = stagesOf(
    'FROM busybox AS one',
    'FROM busybox AS two',
    'FROM one',
    'COPY --from=two /a /a',
    'RUN --mount=type=cache,from=one,target=/c x',
    'COPY --from=tools /b /b',
  );
  t.deepEqual(stagesRead(stages.at(-1)?.steps ?? []), [1, 0]);
});
