import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { linkPlaces } from '../../src/watch/link-places.js';

test('a path leads through each link on its way to where it ends', async (t) => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'livepush-links-')));
  t.teardown(() => rm(root, { recursive: true }));
  const places = async (path: string) =>
    (await linkPlaces(join(root, path))).map((place) => place.slice(root.length + 1));
  await mkdir(join(root, 'a/b'), { recursive: true });
  await writeFile(join(root, 'a/b/file'), '');
  t.deepEqual(await places('a/b/file'), ['a/b/file']);
  t.deepEqual(await places('a/nothing/there'), ['a/nothing/there']);

  await symlink('b', join(root, 'a/c'));
  await symlink(join(root, 'a/c/file'), join(root, 'absolute'));
  await symlink('../../absolute', join(root, 'a/b/link'));
  t.deepEqual(await places('a/c/link'), ['a/c/link', 'a/c', 'a/b/link', 'absolute', 'a/b/file']);

  await symlink('round', join(root, 'round'));
  t.deepEqual(await places('round'), ['round']);
  await symlink('missing/file', join(root, 'dangling'));
  t.deepEqual(await places('dangling'), ['dangling', 'missing/file']);
});
