import { mkdir, mkdtemp, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { linkPlugin, unlinkPlugin, userPluginFolder } from '../../src/cli/plugin-link.js';

/** A copy of the package and a plugin folder that is not there yet. */
async function world(t: ExecutionContext) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'livepush-link-')));
  t.teardown(() => rm(root, { recursive: true }));
  const copy = async (name: string): Promise<string> => {
    const main = join(root, name, 'dist/cli/main.js');
    await mkdir(join(root, name, 'dist/cli'), { recursive: true });
    await writeFile(join(root, name, 'package.json'), '{"name": "docker-livepush"}');
    await writeFile(main, '', { mode: 0o755 });
    return main;
  };
  const folder = join(root, 'docker/cli-plugins');
  return { root, folder, path: join(folder, 'docker-livepush'), copy, main: await copy('new') };
}

test('the plugin is a link in a folder that is made for it', async (t) => {
  const { folder, path, main } = await world(t);
  t.deepEqual(await linkPlugin(folder, main), { path, wasThere: false });
  t.is(await readlink(path), main);
  t.deepEqual(await linkPlugin(folder, main), { path, wasThere: true });
});

test('a link to another copy of ours is replaced, also if that copy is gone', async (t) => {
  const { folder, path, main, copy, root } = await world(t);
  await linkPlugin(folder, await copy('old'));
  t.deepEqual(await linkPlugin(folder, main), { path, wasThere: false });
  t.is(await readlink(path), main);
  await rm(path);
  await symlink(join(root, 'node_modules/docker-livepush/dist/cli/main.js'), path);
  await linkPlugin(folder, main);
  t.is(await readlink(path), main);
});

test('what is not ours is neither replaced nor removed', async (t) => {
  const { folder, path, main, root } = await world(t);
  const refused = { code: 'plugin-link', message: /and not docker-livepush/ };
  await mkdir(folder, { recursive: true });
  await writeFile(path, 'something else');
  await t.throwsAsync(linkPlugin(folder, main), refused);
  await t.throwsAsync(unlinkPlugin(folder), refused);
  t.is(await readFile(path, 'utf8'), 'something else');
  await rm(path);
  await symlink(join(root, 'other'), path);
  await t.throwsAsync(linkPlugin(folder, main), refused);
  await t.throwsAsync(unlinkPlugin(folder), refused);
  t.is(await readlink(path), join(root, 'other'));
});

test('the link is removed, once', async (t) => {
  const { folder, path, main } = await world(t);
  await linkPlugin(folder, main);
  t.deepEqual(await unlinkPlugin(folder), { path, wasThere: true });
  t.deepEqual(await unlinkPlugin(folder), { path, wasThere: false });
});

test('a program that the Docker CLI could not run is not linked', async (t) => {
  const { folder, main } = await world(t);
  await rm(main);
  await writeFile(main, '', { mode: 0o644 });
  await t.throwsAsync(linkPlugin(folder, main), { code: 'plugin-link', message: /not executable/ });
});

test('a folder that cannot be made is told', async (t) => {
  const { root, main } = await world(t);
  await writeFile(join(root, 'file'), '');
  await t.throwsAsync(linkPlugin(join(root, 'file/cli-plugins'), main), { code: 'plugin-link', message: /ENOTDIR/ });
});

test('the folder of a user follows DOCKER_CONFIG', (t) => {
  t.is(userPluginFolder({}, '/home/me'), '/home/me/.docker/cli-plugins');
  t.is(userPluginFolder({ DOCKER_CONFIG: '/c' }, '/home/me'), '/c/cli-plugins');
});
