import test from 'ava';
import { parseFound } from '../../../src/engine/build-container/found-paths.js';
import { LivepushError } from '../../../src/errors.js';

test('what GNU find prints is read with modes, owners and targets', (t) => {
  const printed =
    'd 1777 0 0 4096 /tmp\t\u0002l 777 5 6 3 /a b\t../c d\u0002f 4755 1 2 12 /x\t\u0002p 644 0 0 0 /pipe\t\u0002';
  t.deepEqual(parseFound(printed), [
    { path: '/tmp', kind: 'directory', mode: 0o1777, uid: 0, gid: 0, size: 4096, target: undefined },
    { path: '/a b', kind: 'link', mode: 0o777, uid: 5, gid: 6, size: 3, target: '../c d' },
    { path: '/x', kind: 'file', mode: 0o4755, uid: 1, gid: 2, size: 12, target: undefined },
    { path: '/pipe', kind: 'other', mode: 0o644, uid: 0, gid: 0, size: 0, target: undefined },
  ]);
});

test('what stat prints for other finds is read, too; a target has to be asked for', (t) => {
  t.deepEqual(parseFound('1700000000 81ed 0 0 5 /bin/a b\u00021700000000 a1ff 0 0 5 /l\u0002'), [
    { path: '/bin/a b', kind: 'file', mode: 0o755, uid: 0, gid: 0, size: 5, target: undefined },
    { path: '/l', kind: 'link', mode: 0o777, uid: 0, gid: 0, size: 5, target: undefined },
  ]);
});

test('a name that does not come through exactly is refused', (t) => {
  for (const name of ['/a\u0001b', '/a\ufffdb', '/a\u001bb']) {
    const error = t.throws(() => parseFound(`f 644 0 0 1 ${name}\t\u0002`), { instanceOf: LivepushError });
    t.is(error?.code, 'container-refused');
    t.notRegex(error?.message ?? '', /[\p{Cc}]/u);
  }
});
