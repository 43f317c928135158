import test from 'ava';
import { isIncidental, landingOf } from '../../src/plan/landing.js';

const bind = (destination: string) => ({ destination, bind: true });
const volume = (destination: string) => ({ destination, bind: false });
const changed = (...paths: string[]) =>
  new Map(
    paths.map((path) =>
      path.startsWith('-') ? ([path.slice(1), undefined] as const) : ([path, { kind: 'file' }] as const),
    ),
  );

test('without mounts all lands, but for the root, which an engine would replace', (t) => {
  t.deepEqual(landingOf(changed('/', '/b', '/a', '-/c'), []), {
    writes: ['/a', '/b'],
    removals: ['/c'],
    removalsInVolumes: [],
  });
});

test('nothing lands where a mount hides the image', (t) => {
  const { writes, removals } = landingOf(changed('/app', '/app/a', '-/app/b', '/apple', '-/x'), [bind('/app')]);
  t.deepEqual({ writes, removals }, { writes: ['/apple'], removals: ['/x'] });
});

test('in a volume files land, and removals are told apart', (t) => {
  t.deepEqual(landingOf(changed('/out/a', '-/out/b', '-/c'), [volume('/out')]), {
    writes: ['/out/a'],
    removals: ['/c'],
    removalsInVolumes: ['/out/b'],
  });
});

test('the innermost mount counts', (t) => {
  const mounts = [bind('/app'), volume('/app/node_modules')];
  t.deepEqual(landingOf(changed('/app/a', '/app/node_modules/x'), mounts).writes, ['/app/node_modules/x']);
  const inside = [volume('/app'), bind('/app/conf')];
  t.deepEqual(landingOf(changed('/app/a', '/app/conf/x'), inside).writes, ['/app/a']);
});

test('no removal takes a mount with it', (t) => {
  const { removals, removalsInVolumes } = landingOf(changed('-/app', '-/app/data', '-/app/x'), [bind('/app/data')]);
  t.deepEqual([removals, removalsInVolumes], [['/app/x'], []]);
});

test('no file takes the place of a directory that holds a mount', (t) => {
  const mounts = [bind('/app/data'), volume('/out')];
  t.deepEqual(landingOf(changed('/app', '/out', '/app/data', '/app/x'), mounts).writes, ['/app/x']);
  t.deepEqual(landingOf(new Map([['/app', { kind: 'directory' }]]), mounts).writes, ['/app']);
});

test('what tools leave differently each time is incidental', (t) => {
  const incidental = ['/tmp/x', '/app/__pycache__/a.cpython-311.pyc', '/var/log/dpkg.log', '/root/.npm/_logs/x'];
  for (const path of incidental) t.true(isIncidental(path), path);
  for (const path of ['/app/tmp.js', '/tmpfile', '/app/log/index.js', '/srv/cache.js'])
    t.false(isIncidental(path), path);
});
