import test from 'ava';
import type { Stage } from '../../src/dockerfile/model.js';
import { expectedPaths, sourceOf } from '../../src/plan/expected-paths.js';
import { stageOf } from './read-steps.js';
import { readTree } from './read-tree.js';

const tree = readTree(`
a.txt
dir/b.txt
dir/sub/c.txt
bin/tool.sh
`);

const expect = (stage: Stage) =>
  expectedPaths(tree, stage, ({ destination, intoDirectory }) => ({ path: destination, directory: intoDirectory }));

const shown = (...lines: string[]): string[] =>
  expect(stageOf(...lines)).paths.map(({ destination, source, followedBy }) =>
    [destination, '<-', source, ...(followedBy ? [`before ${followedBy.kind} ${followedBy.index}`] : [])].join(' '),
  );

const sources = (line: string, ...paths: string[]): (string | undefined)[] => {
  const [map] = expect(stageOf(line)).maps;
  return paths.map((path) => map && sourceOf(tree, map, path));
};

test('each path is expected as the last step that copies it leaves it', (t) => {
  t.deepEqual(shown('COPY a.txt /x/', 'COPY dir/b.txt /x/a.txt', 'COPY dir /y'), [
    '/x/a.txt <- dir/b.txt',
    '/y/b.txt <- dir/b.txt',
    '/y/sub <- dir/sub',
    '/y/sub/c.txt <- dir/sub/c.txt',
  ]);
});

test('a step that may change a copied file afterwards is named', (t) => {
  t.deepEqual(shown('COPY a.txt /x/', 'RUN true', 'COPY dir/b.txt /y/'), [
    '/x/a.txt <- a.txt before run 1',
    '/y/b.txt <- dir/b.txt',
  ]);
  t.deepEqual(shown('COPY a.txt /x/', 'COPY --from=busybox /bin /x/', 'COPY --from=busybox /bin /z/'), [
    '/x/a.txt <- a.txt before copy 1',
  ]);
});

test('a path that is gone from the context is traced back to where it was copied from', (t) => {
  t.deepEqual(sources('COPY dir /x', '/x/gone', '/x/sub/gone', '/y/gone', '/x'), [
    'dir/gone',
    'dir/sub/gone',
    undefined,
    undefined,
  ]);
  t.deepEqual(sources('COPY . /x', '/x/gone', '/x/new/gone'), ['gone', 'new/gone']);
  t.deepEqual(sources('COPY a.txt /x/', '/x/gone'), [undefined]);
  t.deepEqual(sources('COPY bin/*.sh /x/', '/x/gone.sh', '/x/gone.txt'), ['bin/gone.sh', undefined]);
});
