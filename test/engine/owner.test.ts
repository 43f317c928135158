import test from 'ava';
import { namedOwner, resolveOwner } from '../../src/engine/operations/owner.js';
import { RecordingEngine } from '../helpers/recording-engine.js';

const passwd = 'root:x:0:0:root:/root:/bin/sh\nbob:x:1001:1002::/home/bob:/bin/sh\n4242:x:77:78::/:/bin/sh\n';
const group = 'root:x:0:\ngrp:x:555:bob\n9999:x:11:\n';

/** `--chown` and what a build makes of it (facts of BuildKit, found by building). */
const table: Readonly<Record<string, string>> = {
  bob: '1001:1002',
  'bob:grp': '1001:555',
  'bob:5': '1001:5',
  'bob:': '1001:0',
  'bob:bob': '1001:1002',
  'bob:nogrp': '1001:1002',
  ':grp': '0:555',
  1234: '1234:1234',
  1001: '1001:1001',
  '1234:grp': '1234:555',
  '1234:5': '1234:5',
  4242: '4242:4242',
  'bob:9999': '1001:9999',
  '01001': '1001:1001',
  '1:2:3': '1:1',
  '': '0:0',
  ':': '0:0',
  '-1': '0:0',
  2147483648: '0:0',
  2147483647: '2147483647:2147483647',
  nobody: '0:0',
  'nobody:grp': '0:0',
  root: '0:0',
  'root:grp': '0:555',
};

const container = (files: Readonly<Record<string, string>>) => {
  const entries = Object.entries(files).map(([path, content]) => [path, { kind: 'file' as const, content }] as const);
  return new RecordingEngine({ files: Object.fromEntries(entries) }).container('app');
};

for (const [chown, expected] of Object.entries(table)) {
  test(`--chown=${chown} is ${expected}`, async (t) => {
    const owner = await resolveOwner(container({ '/etc/passwd': passwd, '/etc/group': group }), chown);
    t.is(`${owner?.uid}:${owner?.gid}`, expected);
  });
}

test('without --chown there is no owner to be told', async (t) => {
  t.is(await resolveOwner(container({}), undefined), undefined);
});

test('without the files every name is root', async (t) => {
  t.deepEqual(await resolveOwner(container({}), 'bob:grp'), { uid: 0, gid: 0 });
  t.deepEqual(await resolveOwner(container({}), 'root:root'), { uid: 0, gid: 0 });
  t.deepEqual(namedOwner({ user: 'bob', group: undefined }, '', ''), { uid: 0, gid: 0 });
});

test('a number does not look into the container', async (t) => {
  const engine = new RecordingEngine();
  await resolveOwner(engine.container('app'), '1000:1000');
  t.deepEqual(engine.calls, []);
});
