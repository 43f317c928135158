import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { archiveMembers, gzippedMembers } from '../../src/watch/archive-members.js';

test('a file that is cut off, or gone between two looks, is no archive, and nothing waits for it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-archive-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'a.tgz');
  await writeFile(file, gzipSync(Buffer.alloc(5000, 'x')).subarray(0, 20));
  t.is(await archiveMembers(file), undefined);
  await rm(file);
  t.is(await gzippedMembers(file), undefined);
});
