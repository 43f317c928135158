import test from 'ava';
import { type DockerFlags, parsePluginArgv, pluginMetadata, pluginSocketOf } from '../../src/cli/plugin.js';

const fromDocker: [argv: string, docker: DockerFlags, args: string[]][] = [
  ['livepush', {}, []],
  ['livepush up -H x web', {}, ['up', '-H', 'x', 'web']],
  ['--context demo livepush up', { context: 'demo' }, ['up']],
  ['--context=demo livepush up', { context: 'demo' }, ['up']],
  ['-c demo livepush up', { context: 'demo' }, ['up']],
  ['-cdemo livepush up', { context: 'demo' }, ['up']],
  ['-H tcp://h:1 livepush up', { host: 'tcp://h:1' }, ['up']],
  ['-H=tcp://h:1 livepush up', { host: 'tcp://h:1' }, ['up']],
  ['--host livepush livepush up', { host: 'livepush' }, ['up']],
  ['-DH unix:///x livepush up', { debug: true, host: 'unix:///x' }, ['up']],
  ['-D --tlsverify=false --tls=1 livepush', { debug: true, tls: true }, []],
  [
    '--tlsverify --tlscacert a --tlscert b --tlskey c livepush',
    { tlsverify: true, tlscacert: 'a', tlscert: 'b', tlskey: 'c' },
    [],
  ],
  ['--config /c -l debug livepush -- up', { config: '/c', 'log-level': 'debug' }, ['--', 'up']],
  ['livepush up --help', {}, ['up', '--help']],
  ['help livepush', {}, ['--help']],
  ['help livepush up', {}, ['up', '--help']],
];

for (const [argv, docker, args] of fromDocker) {
  test(`called by the Docker CLI as: ${argv}`, (t) => {
    t.deepEqual(parsePluginArgv(argv.split(' ')), { program: 'docker livepush', args, docker });
  });
}

for (const argv of [
  '',
  'up',
  '-f livepush up',
  '-H x up livepush',
  '--context x up',
  '--version',
  'help',
  '-H',
  '-- livepush',
]) {
  test(`called directly as: ${argv || '(nothing)'}`, (t) => {
    const args = argv.split(' ').filter(Boolean);
    t.deepEqual(parsePluginArgv(args), { program: 'docker-livepush', args, docker: {} });
  });
}

test('the socket of the Docker CLI counts only if that started us', (t) => {
  const env = { DOCKER_CLI_PLUGIN_SOCKET: '@socket' };
  t.is(pluginSocketOf(parsePluginArgv(['livepush', 'up']), env), '@socket');
  t.is(pluginSocketOf(parsePluginArgv(['up']), env), undefined);
});

test('the metadata is one object with what the plugin protocol asks for', (t) => {
  t.deepEqual(JSON.parse(pluginMetadata({ version: '1.2.3', homepage: 'https://livepush.invalid' })), {
    SchemaVersion: '0.1.0',
    Vendor: 'docker-livepush',
    Version: '1.2.3',
    ShortDescription: 'Push edits into running Compose containers',
    URL: 'https://livepush.invalid',
  });
});
