import test from 'ava';
import type { ContextTree } from '../../src/plan/context-tree.js';
import { coverage, stagesRead, staleByEach, watchRoots } from '../../src/plan/find-stale.js';
import type { StageInput } from '../../src/plan/plan.js';
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

/** Stages that have not seen a change of any of these paths. */
function changed(paths: readonly string[], ...lines: string[]): StageInput[] {
  const pending = new Map(paths.map((path) => [path, { since: 0, was: [] }]));
  const common = { dirty: undefined, pending, mounts: [], running: true, final: false };
  return stagesOf(...lines).map((stage) => ({ ...common, stage, target: `${stage.index}` }));
}

test('each path makes stale what it would make stale alone', (t) => {
  const inputs = changed(
    ['src/a', 'conf/x.ini', 'README'],
    ...['FROM busybox AS one', 'COPY conf /conf', 'COPY src /src'],
    ...['FROM busybox', 'COPY --from=one /src /src', 'COPY src /other'],
  );
  const shown = Array.from(staleByEach(tree, inputs), ([path, stale]) => [
    path,
    stale.map(({ input, from, cause }) => `${input.stage.index}:${from} ${cause.kind}`),
  ]);
  t.deepEqual(shown, [
    ['src/a', ['0:1 path', '1:0 stage']],
    ['conf/x.ini', ['0:0 path', '1:0 stage']],
    ['README', []],
  ]);
});

test('ten times as many paths are looked up in ten times as many steps', (t) => {
  const lookUps = (count: number): number => {
    const paths = Array.from({ length: count }, (_, at) => `src/f${at}`);
    const all = readTree(paths.join('\n'));
    let calls = 0;
    const counting: ContextTree = {
      get: (path) => all.get(path),
      children: (path) => {
        calls++;
        return all.children(path);
      },
      members: (path) => {
        calls++;
        return all.members(path);
      },
    };
    staleByEach(counting, changed(paths, 'FROM busybox', 'COPY src/*[05] /x/', 'COPY s*/f1* /y/', 'COPY src /z'));
    return calls;
  };
  t.true(lookUps(1000) <= 12 * lookUps(100));
});
