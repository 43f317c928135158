import test from 'ava';
import { decodePathStat } from '../../src/docker/path-stat.js';

const decode = (mode: number, linkTarget = '') =>
  decodePathStat(Buffer.from(JSON.stringify({ name: 'x', size: 5, mode, mtime: '', linkTarget })).toString('base64'));

test('a plain file keeps its permission bits', (t) => {
  t.deepEqual(decode(0o644), { kind: 'file', mode: 0o644, mtime: '', size: 5, linkTarget: '' });
});

test("a directory is told by the highest bit of Go's mode", (t) => {
  t.deepEqual(decode(2 ** 31 + 0o755), { kind: 'directory', mode: 0o755, mtime: '', size: 5, linkTarget: '' });
});

test('setuid, setgid and sticky move to where Unix has them', (t) => {
  t.is(decode(2 ** 23 + 0o755)?.mode, 0o4755);
  t.is(decode(2 ** 22 + 0o755)?.mode, 0o2755);
  t.is(decode(2 ** 31 + 2 ** 20 + 0o777)?.mode, 0o1777);
});

test('a link tells where it leads', (t) => {
  t.deepEqual(decode(2 ** 27 + 0o777, '/etc/passwd'), {
    kind: 'link',
    mode: 0o777,
    mtime: '',
    size: 5,
    linkTarget: '/etc/passwd',
  });
});

test('a link target is given for links only', (t) => {
  t.is(decode(0o644, '/somewhere')?.linkTarget, '');
});

test('devices, pipes and sockets are neither file nor directory', (t) => {
  for (const bit of [26, 25, 24, 19]) t.is(decode(2 ** bit + 0o600)?.kind, 'other');
  t.is(decode(2 ** 26 + 2 ** 21 + 0o666)?.kind, 'other');
});

test('what is no path stat gives nothing', (t) => {
  t.is(decodePathStat('not base64 of JSON'), undefined);
  t.is(decodePathStat(Buffer.from('{"mode":"x"}').toString('base64')), undefined);
});
