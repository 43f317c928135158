import { tmpdir } from 'node:os';
import test from 'ava';
import { remoteFileSystem, remoteName } from '../../src/watch/remote-folder.js';

test('file systems that do not tell of all edits are known by their numbers, whatever their sign', (t) => {
  t.is(remoteName(0x6969), 'NFS');
  t.is(remoteName(0xff534d42), 'CIFS');
  t.is(remoteName(0xff534d42 | 0), 'CIFS');
  t.is(remoteName(0xef53), undefined);
});

test('a folder of this machine is none of them, and one that is not there is taken for none', async (t) => {
  t.is(await remoteFileSystem(tmpdir()), undefined);
  t.is(await remoteFileSystem('/nowhere/at/all'), undefined);
});
