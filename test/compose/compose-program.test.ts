import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { findComposeProgram } from '../../src/compose/compose-program.js';

const BINARY = '\x7fELF and so on';
const SCRIPT = '#!/bin/sh\nexec true\n';
const THROUGH_DOCKER = { path: 'docker', env: {}, isPlugin: false };

const machine = test.macro(
  async (
    t,
    files: Record<string, string>,
    expected: (at: (path: string) => string) => object,
    links: Record<string, string> = {},
  ) => {
    const root = await mkdtemp(join(tmpdir(), 'livepush-program-'));
    t.teardown(() => rm(root, { recursive: true }));
    const at = (path: string) => join(root, path);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), text.replaceAll('ROOT', root));
      await chmod(at(path), path.endsWith('.json') ? 0o644 : 0o755);
    }
    for (const [path, target] of Object.entries(links)) {
      await mkdir(dirname(at(path)), { recursive: true });
      await symlink(at(target), at(path));
    }
    const found = findComposeProgram({ PATH: `${at('none')}:${at('bin')}`, DOCKER_CONFIG: at('config') });
    t.like(found, expected(at));
  },
);

const plugin = (path: string) => (at: (path: string) => string) => ({
  path: at(path),
  env: { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: at('bin/docker') },
  isPlugin: true,
});

const own = 'config/cli-plugins/docker-compose';

test('a plugin of the settings is called directly', machine, { 'bin/docker': BINARY, [own]: BINARY }, plugin(own));

test(
  'further folders of the settings come first',
  machine,
  {
    'bin/docker': BINARY,
    'config/config.json': '{"cliPluginsExtraDirs":["ROOT/more"]}',
    'more/docker-compose': BINARY,
    [own]: BINARY,
  },
  plugin('more/docker-compose'),
);

test(
  'settings that are no JSON are passed over',
  machine,
  { 'bin/docker': BINARY, 'config/config.json': '{"cliPlu', [own]: BINARY },
  plugin(own),
);

test(
  'a script in the place of the Docker command is called',
  machine,
  { 'bin/docker': SCRIPT, [own]: BINARY },
  () => THROUGH_DOCKER,
);

test(
  'a script in the place of the plugin is called by the Docker command',
  machine,
  { 'bin/docker': BINARY, [own]: SCRIPT },
  () => THROUGH_DOCKER,
);

test(
  'a Docker command from a snap is called',
  machine,
  { 'usr/bin/snap': BINARY, [own]: BINARY },
  () => THROUGH_DOCKER,
  { 'bin/docker': 'usr/bin/snap' },
);

test(
  'the Docker command tells of a plugin that cannot be run',
  machine,
  { 'bin/docker': BINARY, 'config/cli-plugins/docker-compose/file': BINARY },
  () => THROUGH_DOCKER,
);

test('without a Docker command there is nothing to find', machine, { [own]: BINARY }, () => THROUGH_DOCKER);
