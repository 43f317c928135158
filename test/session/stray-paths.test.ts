import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { strayPaths, unknownPaths } from '../../src/session/stray-paths.js';

test('a path is in a context that is reached through a link, or it is told to be in none', async (t) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'livepush-stray-')));
  t.teardown(() => rm(folder, { recursive: true }));
  await symlink(folder, `${folder}-link`);
  t.teardown(() => rm(`${folder}-link`));
  const paths = [join(folder, 'gone', 'file'), folder, `${folder}x/file`, '/elsewhere'];
  const found = await strayPaths(paths, [`${folder}-link`, '/not/there']);
  t.deepEqual(
    found.map(({ message }) => message.split(' ')[0]),
    [`${folder}x/file`, '/elsewhere'],
  );
});

test('a path is unknown that is not there, unless it or something in it is gone from a container', async (t) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'livepush-stray-')));
  t.teardown(() => rm(folder, { recursive: true }));
  const paths = [folder, join(folder, 'no'), join(folder, 'old'), join(folder, 'folder'), '/elsewhere'];
  const gone = [join(folder, 'old'), join(folder, 'folder', 'file')];
  const told = async (found: readonly string[]) =>
    (await unknownPaths(paths, { contexts: [folder], found })).map(({ message }) => message.split(' ')[0]);
  t.deepEqual(await told(gone), [join(folder, 'no')]);
  t.deepEqual(await told([folder]), [], 'all of it is built anew');
});
