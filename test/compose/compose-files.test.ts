import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { type FileSearch, findComposeFiles, projectDirectoryOf } from '../../src/compose/compose-files.js';

function makeFolder(t: { teardown: (fn: () => void) => void }, ...files: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'lpc-files-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
  return folder;
}

const search = (cwd: string, rest: Partial<FileSearch> = {}): FileSearch => ({
  ...{ cwd, files: [], projectDirectory: undefined, envFiles: [], env: {} },
  interpolate: () => Promise.reject(new Error('compose must not be asked')),
  ...rest,
});

test('The first of the default names counts, with the override file beside it.', async (t) => {
  const folder = makeFolder(t, 'docker-compose.yml', 'compose.yml', 'docker-compose.override.yml');
  const found = await findComposeFiles(search(folder));
  t.deepEqual(found, [join(folder, 'compose.yml'), join(folder, 'docker-compose.override.yml')]);
});

test('The nearest folder above counts where there is no file.', async (t) => {
  const folder = makeFolder(t, 'compose.yaml', 'a/b/file');
  t.deepEqual(await findComposeFiles(search(join(folder, 'a/b'))), [join(folder, 'compose.yaml')]);
});

test('Given files win, in their order, and - stays.', async (t) => {
  const folder = makeFolder(t, 'compose.yaml');
  const files = ['../x.yaml', '-', '/y.yaml'];
  t.deepEqual(await findComposeFiles(search(folder, { files })), [join(dirname(folder), 'x.yaml'), '-', '/y.yaml']);
});

test('COMPOSE_FILE wins over the default names.', async (t) => {
  const folder = makeFolder(t, 'compose.yaml');
  const env = { COMPOSE_FILE: 'a.yaml,b/c.yaml', COMPOSE_PATH_SEPARATOR: ',' };
  t.deepEqual(await findComposeFiles(search(folder, { env })), [join(folder, 'a.yaml'), join(folder, 'b/c.yaml')]);
});

test('With an env file compose is asked what COMPOSE_FILE is for the folder of the project.', async (t) => {
  const folder = makeFolder(t, 'compose.yaml', '.env', 'sub/file');
  const asked: string[] = [];
  const interpolate = async (texts: readonly string[], where: string): Promise<string[]> => {
    asked.push(where, ...texts);
    return ['dev.yaml', ''];
  };
  t.deepEqual(await findComposeFiles(search(join(folder, 'sub'), { interpolate })), [join(folder, 'sub/dev.yaml')]);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: compose's own syntax
  t.deepEqual(asked, [folder, '${COMPOSE_FILE-}', '${COMPOSE_PATH_SEPARATOR-}']);
});

test('No compose file is an error of the compose file that names the folder.', async (t) => {
  const folder = makeFolder(t);
  const error = await t.throwsAsync(findComposeFiles(search(folder)), { code: 'compose-file' });
  t.true(error?.message.includes(folder));
});

test('The project directory is the given one, else that of the first file.', (t) => {
  t.is(projectDirectoryOf({ cwd: '/srv', projectDirectory: 'shop' }, ['/x/compose.yaml']), '/srv/shop');
  t.is(projectDirectoryOf({ cwd: '/srv' }, ['/x/compose.yaml', '/y.yaml']), '/x');
  t.is(projectDirectoryOf({ cwd: '/srv' }, ['-']), '/srv');
  t.is(projectDirectoryOf({ cwd: '/srv' }, []), '/srv');
});
