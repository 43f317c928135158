import { randomBytes } from 'node:crypto';
import test from 'ava';
import { lockProject } from '../../src/session/lock/project-lock.js';
import { docker } from '../helpers/docker-command.js';
import { realEngine } from '../helpers/real-container.js';
import { makeUpProject, nothing, until } from '../helpers/up-project.js';

const files = {
  'compose.yaml': '{"services": {"web": {"build": ".", "init": true}}}',
  Dockerfile: 'FROM busybox:1.37\nCOPY file /\nCMD ["sleep", "1000"]\n',
  file: 'one\n',
};

test('a second session is refused wherever it notes things, and follows one that was killed', async (t) => {
  const project = await makeUpProject(files);
  t.teardown(() => project.remove());
  const up = project.up(['--keep']);
  await up.ready();
  const elsewhere = { env: { XDG_RUNTIME_DIR: `${project.folder}/elsewhere`, HOME: `${project.folder}/home` } };
  const second = project.run('watch', [], elsewhere);
  t.is(await second.ended(), 1);
  t.true(second.stderr.includes(`is held by \`docker livepush up\`, process ${up.pid}, since `), second.stderr);
  t.is((await project.leftovers()).locks.length, 1);

  await up.stop('SIGKILL');
  t.is((await project.leftovers()).locks.length, 1);
  const third = project.run('watch', [], elsewhere);
  await third.ready();
  t.is((await project.leftovers()).locks.length, 1);
  t.is(await third.stop(), 130);
  const { running: _, images: __, ...left } = await project.leftovers();
  const { running: ___, images: ____, ...none } = nothing;
  t.deepEqual(left, none);
});

/** Holds a project until it is killed. */
const holder = (repository: string, project: string): string => `
  const { connectEngine } = await import('${repository}/dist-test/src/docker/connect-engine.js');
  const { lockProject } = await import('${repository}/dist-test/src/session/lock/project-lock.js');
  const engine = connectEngine({ env: { DOCKER_HOST: 'unix:///engine.sock' }, homedir: '/' });
  await lockProject({ engine, undo: engine, project: '${project}' }, 'watch');
  console.log('held');
`;

test('a session in a container holds its project against all others, until it is killed', async (t) => {
  const project = `lpk-${randomBytes(4).toString('hex')}`;
  const engine = realEngine();
  t.teardown(async () => {
    await docker('rm', '--force', project);
    for (const { name } of await engine.listVolumes(`docker-livepush.lock=${project}`)) await engine.removeVolume(name);
    engine.close();
  });
  const repository = process.cwd();
  const socket = /^unix:\/\/(.*)/.exec(process.env.DOCKER_HOST ?? '')?.[1] ?? '/var/run/docker.sock';
  const mounts = ['-v', `${socket}:/engine.sock`, '-v', `${repository}:${repository}:ro`];
  const program = ['node:20-bookworm-slim', 'node', '--input-type=module', '-e', holder(repository, project)];
  const { code, stderr } = await docker(
    'run',
    '--detach',
    '--name',
    project,
    '--hostname',
    'far',
    ...mounts,
    ...program,
  );
  t.is(code, 0, stderr);
  await until('the project to be held', async () =>
    (await docker('logs', project)).stdout.includes('held') ? true : undefined,
  );
  const lock = () => lockProject({ engine, undo: engine, project }, 'up');
  const error = await t.throwsAsync(lock(), { code: 'project-held' });
  t.regex(error.message, /held by `docker livepush watch`, process \d+ on far, since 20/);

  await docker('kill', project);
  await (await lock())();
  t.deepEqual(await engine.listVolumes(`docker-livepush.lock=${project}`), []);
});
