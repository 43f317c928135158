import test from 'ava';
import { verifyReport } from '../../src/ui/verify-report.js';
import { compareSystems, leaveOutVarying, varyingBetween } from '../../src/verify/compare-systems.js';
import type { SeenPath } from '../../src/verify/file-system.js';

const file = (content: string): SeenPath => ({ kind: 'file', mode: 0o644, uid: 0, gid: 0, content });
const system = (files: Readonly<Record<string, string>>) =>
  new Map(Object.entries(files).map(([path, content]) => [path, file(content)]));

const compare = (
  systems: Record<'container' | 'image' | 'clean', Readonly<Record<string, string>>>,
  mounts: { destination: string; type: string }[] = [],
) => {
  const [container, image, clean] = [system(systems.container), system(systems.image), system(systems.clean)];
  return compareSystems({ container, image, clean, mounts });
};

test('a container that is what a clean build gives has no difference', (t) => {
  const { differences, leftOut, compared } = compare({
    container: { '/a': '2', '/etc/hosts': 'x', '/dev/null': '' },
    image: { '/a': '1' },
    clean: { '/a': '2' },
  });
  t.deepEqual([differences, leftOut, compared], [[], [], 1]);
});

test('a path that a push has missed differs: changed, new, or gone in the clean build', (t) => {
  const { differences } = compare({
    container: { '/a': '1', '/gone': '1' },
    image: { '/a': '1', '/gone': '1' },
    clean: { '/a': '2', '/new': '1' },
  });
  t.deepEqual(
    differences.map(({ path, expected, found }) => [path, expected === null, found === null]),
    [
      ['/a', false, false],
      ['/gone', true, false],
      ['/new', false, true],
    ],
  );
});

test('what the running service has done, and what lies under a mount, is left out with the reason', (t) => {
  const { differences, leftOut } = compare(
    {
      container: { '/log': 'x', '/db': '2', '/data': '', '/data/a': '9', '/on': '' },
      image: { '/db': '1', '/removed': '1' },
      clean: { '/db': '1', '/removed': '1', '/data/a': '1' },
    },
    [
      { destination: '/data', type: 'bind' },
      { destination: '/on/the/way', type: 'volume' },
    ],
  );
  t.deepEqual(differences, []);
  t.deepEqual(Object.fromEntries(leftOut.map(({ path, why }) => [path, why])), {
    '/data': 'under a mount: /data (bind)',
    '/data/a': 'under a mount: /data (bind)',
    '/db': 'changed by the running service: the image has it otherwise',
    '/log': 'written by the running service',
    '/on': 'made on the way to a mount',
    '/removed': 'removed by the running service: the image has it',
  });
});

test('what no two builds have alike is left out: a path, or a name in a folder whose names differ each time', (t) => {
  const clean = { '/made': '2', '/stamp': 'noon', '/logs': '', '/logs/at-noon': 'x', '/missed': '2', '/new': '1' };
  const comparison = compare({
    container: { '/made': '2', '/stamp': 'ten', '/logs': '', '/logs/at-ten': 'x', '/missed': '1', '/left': '1' },
    image: { '/made': '1', '/stamp': 'nine', '/logs': '', '/logs/at-ten': 'x', '/missed': '1', '/left': '1' },
    clean,
  });
  const again = { ...clean, '/stamp': 'one', '/logs/at-one': 'x' };
  const { '/logs/at-noon': _, ...without } = again;
  const { differences, leftOut } = leaveOutVarying(comparison, varyingBetween(system(clean), system(without)));
  t.deepEqual(
    differences.map(({ path }) => path),
    ['/left', '/missed', '/new'],
  );
  t.deepEqual(leftOut, [
    { path: '/logs/at-noon', why: 'each build makes it otherwise' },
    { path: '/logs/at-ten', why: 'each build makes it otherwise' },
    { path: '/stamp', why: 'each build makes it otherwise' },
  ]);
});

test('a report ends with the verdict, and no name in it reaches the terminal raw', (t) => {
  const container = { containerId: 'a'.repeat(64), compared: 3, leftOut: [], differences: [] };
  t.deepEqual(verifyReport({ ok: true, services: [{ service: 'web', containers: [container] }] }), [
    'web aaaaaaaaaaaa: 3 paths compared, 0 differ, 0 left out',
    'verify: 1 service is what a clean build gives',
  ]);
  const differences = [{ path: '/a\u001b[31m', expected: 'file 644 0:0', found: null }];
  const leftOut = Array.from({ length: 55 }, (_, i) => ({ path: `/${i}`, why: 'written by the running service' }));
  const services = [
    { service: 'web', containers: [{ ...container, differences, leftOut }] },
    { service: 'db', containers: [container] },
  ];
  const lines = verifyReport({ ok: false, services });
  t.is(lines[1], '  differs /a\ufffd[31m: nothing, expected file 644 0:0');
  t.true(lines.includes('  left out 5 more'));
  t.is(lines.at(-1), 'verify: 1 service is not what a clean build gives (web)');
});
