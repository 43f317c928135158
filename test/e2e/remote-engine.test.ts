import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import Docker from 'dockerode';
import { Dockerfile, Livepush } from '../../src/index.js';
import { pushedContainer } from '../helpers/pushed-container.js';
import { RemoteEngine } from '../helpers/remote-engine.js';
import { run } from '../helpers/run.js';
import { makeUpProject, type UpProject } from '../helpers/up-project.js';

/** Without networks, as the engine has none. */
const compose = `services:
  web: {build: {context: ., network: none}, network_mode: none, init: true, stop_grace_period: 1s}
`;
const dockerfile = 'FROM busybox:1.37\nCOPY file /file\nRUN cat /file > /copy\n#dev-cmd-live=["sleep", "600"]\n';

let remote: RemoteEngine;
let made: UpProject;
/** Of the docker CLI: with the contexts, and this program as a plugin. */
let config: string;

/** Nothing of the user's own decides about the engine. */
const clean = { DOCKER_HOST: '', DOCKER_CONTEXT: '', DOCKER_TLS_VERIFY: '', DOCKER_CERT_PATH: '' };

const onRemote = (...args: string[]) => run('docker', ['--host', `unix://${remote.socket}`, ...args]);
const webOnRemote = async () =>
  (await onRemote('ps', '--quiet', '--filter', `label=com.docker.compose.project=${made.name}`)).trim();

test.before(async () => {
  remote = await RemoteEngine.start('busybox:1.37');
  made = await makeUpProject({ 'compose.yaml': compose, Dockerfile: dockerfile, file: 'one\n' });
  config = join(made.folder, '..', 'docker-config');
  const plugin = join(config, 'cli-plugins', 'docker-livepush');
  await mkdir(join(config, 'cli-plugins'), { recursive: true });
  await writeFile(plugin, `#!/bin/sh\nexec ${process.execPath} ${process.cwd()}/dist-test/src/cli/main.js "$@"\n`);
  await chmod(plugin, 0o755);
  const { certificates, tcp } = remote;
  const tls = `host=${tcp},ca=${certificates}/ca.pem,cert=${certificates}/cert.pem,key=${certificates}/key.pem`;
  await run('docker', ['--config', config, 'context', 'create', 'secured', '--docker', tls]);
});

test.after.always(async () => {
  await made?.remove();
  await remote?.stop();
});

test.serial('over TLS a project is built, started, and pushed to, all in the engine that was named', async (t) => {
  const env = { ...clean, DOCKER_HOST: remote.tcp, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: remote.certificates };
  const up = made.up(['--keep'], { env });
  await up.ready();
  const since = up.mark();
  made.write('file', 'two\n');
  const { outcome, commands } = await up.push('web', since);
  t.is(outcome, 'done');
  t.is(commands.length, 1);
  t.is(await up.stop(), 130);
  t.is(await onRemote('exec', await webOnRemote(), 'cat', '/file', '/copy'), 'two\ntwo\n');
  t.deepEqual(await made.containers('web'), []);
  t.deepEqual((await made.leftovers()).images, []);
});

/** Ways to say which engine: each has its options in front, and its variables. */
const ways: Readonly<Record<string, () => { args?: readonly string[]; env: NodeJS.ProcessEnv }>> = {
  'a socket in DOCKER_HOST': () => ({ env: { DOCKER_HOST: `unix://${remote.socket}` } }),
  'an option of ours for a host': () => ({ args: ['--host', `unix://${remote.socket}`], env: {} }),
  'a context in DOCKER_CONTEXT': () => ({ env: { DOCKER_CONFIG: config, DOCKER_CONTEXT: 'secured' } }),
  'an option of ours for a context': () => ({ args: ['--context', 'secured'], env: { DOCKER_CONFIG: config } }),
  'ssh in DOCKER_HOST': () => ({ env: { DOCKER_HOST: remote.ssh, PATH: `${remote.path}:${process.env.PATH}` } }),
};

for (const [name, way] of Object.entries(ways)) {
  test.serial(`everything goes to the engine that is named by ${name}`, async (t) => {
    const { args = [], env } = way();
    made.write('file', `${name}\n`);
    const push = made.run('push', args, { env: { ...clean, ...env } });
    t.is(await push.ended(), 0, push.stderr);
    t.is(await onRemote('exec', await webOnRemote(), 'cat', '/file', '/copy'), `${name}\n${name}\n`);
    t.deepEqual((await made.leftovers()).images, []);
  });
}

test.serial("everything goes to the engine of the docker CLI's own option, or of its current context", async (t) => {
  const env = { ...process.env, ...made.env, ...clean };
  const push = (...global: string[]) =>
    run('docker', ['--config', config, ...global, 'livepush', 'push', '--progress', 'plain'], {
      cwd: made.folder,
      env,
    });
  const held = async () => onRemote('exec', await webOnRemote(), 'cat', '/file');
  made.write('file', 'by option\n');
  await push('--context', 'secured');
  t.is(await held(), 'by option\n');
  made.write('file', 'by host\n');
  const { certificates: at } = remote;
  const tls = [
    '--tlsverify',
    '--tlscacert',
    `${at}/ca.pem`,
    '--tlscert',
    `${at}/cert.pem`,
    '--tlskey',
    `${at}/key.pem`,
  ];
  await push('-H', remote.tcp, ...tls);
  t.is(await held(), 'by host\n');
  await run('docker', ['--config', config, 'context', 'use', 'secured']);
  made.write('file', 'by current context\n');
  await push();
  t.is(await held(), 'by current context\n');
});

test.serial('a restart of the engine is told and waited for, and what was edited meanwhile arrives', async (t) => {
  const env = { ...clean, DOCKER_HOST: remote.tcp, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: remote.certificates };
  const up = made.up(['--keep'], { env });
  await up.ready();
  let since = up.mark();
  made.write('file', 'before the restart\n');
  t.is((await up.push('web', since)).outcome, 'done');
  const web = await webOnRemote();

  since = up.mark();
  const told = (code: string) => up.wait('diagnostic', { since, where: (event) => event.code === code });
  await remote.restart(async () => {
    t.like(await told('engine-lost'), { severity: 'warning' });
    made.write('file', 'during the restart\n');
  });
  t.like(await told('engine-back'), { severity: 'note' });
  t.is((await up.push('web', since)).outcome, 'done');
  t.is(await webOnRemote(), web);
  t.is(await onRemote('exec', web, 'cat', '/file', '/copy'), 'during the restart\nduring the restart\n');
  t.is(up.all('diagnostic', since).filter(({ code }) => code === 'engine-lost').length, 1);

  since = up.mark();
  made.write('file', 'after the restart\n');
  t.is((await up.push('web', since)).outcome, 'done');
  t.is(await onRemote('exec', web, 'cat', '/file', '/copy'), 'after the restart\nafter the restart\n');
  t.is(await up.stop(), 130);
});

test.serial('a wrong certificate is told, and nothing is tried elsewhere', async (t) => {
  const env = { ...clean, DOCKER_HOST: remote.tcp };
  const push = made.run('push', [], { env });
  t.is(await push.ended(), 3);
  t.regex(push.stderr, /HTTPS|TLS|certificate/);
});

test.serial("the library goes through its caller's handle, over TLS", async (t) => {
  const certificates = Object.fromEntries(
    await Promise.all(
      ['ca', 'cert', 'key'].map(async (name) => [name, await readFile(join(remote.certificates, `${name}.pem`))]),
    ),
  );
  const { hostname: host, port } = new URL(remote.tcp);
  const docker = new Docker({ host, port, protocol: 'https', ...certificates });
  const options = { dockerfile: new Dockerfile(dockerfile), context: made.folder, stageImages: [], docker };
  const livepush = await Livepush.init({ ...options, containerId: await webOnRemote() });
  made.write('file', 'by library\n');
  await livepush.performLivepush(['file'], []);
  await livepush.cleanupIntermediateContainers();
  t.is(await onRemote('exec', await webOnRemote(), 'cat', '/file', '/copy'), 'by library\nby library\n');
});

/** Connections of this test file's thread that keep it from ending. */
const connections = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

test.serial("the library goes through its caller's handle, over ssh, and leaves no connection open", async (t) => {
  const pushed = await pushedContainer(t, {
    dockerfile: ['FROM busybox:1.37', 'COPY . /app/', 'RUN cp /app/a /b', 'CMD ["sleep", "600"]'],
    files: { a: '1', gone: '1' },
  });
  const { key, ...login } = remote.sshLogin;
  // at the other end this leads to the engine that is this machine's own
  const docker = new Docker({ protocol: 'ssh', ...login, sshOptions: { privateKey: await readFile(key) } });
  const before = connections();
  const { livepush } = await pushed.livepush({ docker });
  await pushed.write('a', '2');
  await pushed.remove('gone');
  await livepush.performLivepush(['a'], ['gone']);
  await livepush.cleanupIntermediateContainers();
  const deadline = Date.now() + 20_000;
  while (connections() > before && Date.now() < deadline) await sleep(50);
  t.is(connections(), before);
  t.deepEqual(await pushed.drift(), []);
});
