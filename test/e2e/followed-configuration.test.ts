import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { docker } from '../helpers/docker-command.js';
import { makeUpProject, type UpProject, until } from '../helpers/up-project.js';

/** What a command prints in the only container of a service, as soon as it is this. */
async function says(project: UpProject, service: string, command: readonly string[], wanted: string): Promise<string> {
  return until(`${service} to say ${wanted}`, async () => {
    const [container] = await project.containers(service);
    const said = container && (await docker('exec', container.id, ...command));
    return said?.stdout.trim() === wanted ? said.stdout.trim() : undefined;
  });
}

const idle = 'sleep 1000';
const dockerfile = `FROM busybox:1.37\nCOPY f /f\nCMD ["sleep", "1000"]\n`;

test.serial(
  'what compose reads beside the compose file is followed, through links and what they are pointed at',
  async (t) => {
    const project = await makeUpProject({
      'compose.yaml': JSON.stringify({
        include: [{ path: 'parts/one.yaml', project_directory: '.', env_file: 'parts/one.vars' }, 'parts/two/two.yaml'],
        services: {
          live: { build: 'app', init: true, env_file: 'env/live.env' },
          plain: {
            image: 'busybox:1.37',
            command: idle,
            init: true,
            extends: { file: 'common/base.yaml', service: 'b' },
          },
          still: { build: 'app', init: true },
        },
      }),
      'parts/one.yaml': `{"services": {"one": {"image": "busybox:1.37", "init": true, "command": "${idle}", "environment": {"A": "\${A}"}}}}`,
      'parts/one.vars': 'A=one\n',
      'parts/two/two.yaml': `{"services": {"two": {"image": "busybox:1.37", "init": true, "command": "${idle}", "environment": {"B": "\${B}"}}}}`,
      'parts/two/.env': 'B=one\n',
      'common/base.yaml': '{"services": {"b": {"env_file": "base.env"}}}',
      'common/base.env': 'C=one\n',
      'shared/live.env': 'D=one\n',
      'shared/other.env': 'D=three\n',
      'app/Dockerfile': dockerfile,
      'app/f': 'f\n',
    });
    t.teardown(() => project.remove());
    mkdirSync(join(project.folder, 'env'));
    symlinkSync('../shared/live.env', join(project.folder, 'env/live.env'));
    const up = project.up();
    await up.ready();
    const still = await project.lives('still');

    project.write('parts/one.vars', 'A=two\n');
    await says(project, 'one', ['sh', '-c', 'echo $A'], 'two');
    project.write('parts/two/.env', 'B=two\n');
    await says(project, 'two', ['sh', '-c', 'echo $B'], 'two');
    project.write('common/base.env', 'C=two\n');
    await says(project, 'plain', ['sh', '-c', 'echo $C'], 'two');
    project.write('shared/live.env', 'D=two\n');
    await says(project, 'live', ['sh', '-c', 'echo $D'], 'two');
    symlinkSync('../shared/other.env', join(project.folder, 'env/new'));
    renameSync(join(project.folder, 'env/new'), join(project.folder, 'env/live.env'));
    await says(project, 'live', ['sh', '-c', 'echo $D'], 'three');
    project.write('shared/other.env', 'D=four\n');
    await says(project, 'live', ['sh', '-c', 'echo $D'], 'four');
    t.deepEqual(await project.lives('still'), still);
  },
);

test.serial('containers get configs and secrets as they were edited, whatever editors do with the file', async (t) => {
  const project = await makeUpProject({
    'compose.yaml': JSON.stringify({
      configs: { conf: { file: 'conf/app.conf' } },
      secrets: { token: { file: 'token.txt' }, word: { environment: 'WORD' } },
      services: {
        live: { build: 'app', init: true, configs: ['conf'] },
        plain: { image: 'busybox:1.37', command: idle, init: true, secrets: ['token', 'word'] },
        still: { image: 'busybox:1.37', command: idle, init: true },
      },
    }),
    'conf/app.conf': 'one\n',
    'token.txt': 'one\n',
    '.env': 'WORD=one\n',
    'app/Dockerfile': dockerfile,
    'app/f': 'f\n',
  });
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  const still = await project.lives('still');
  let since = up.mark();
  project.write('conf/new', 'two\n');
  renameSync(join(project.folder, 'conf/new'), join(project.folder, 'conf/app.conf'));
  const { service, reason } = await up.wait('rebuildStart', { since });
  t.deepEqual({ service, reason }, { service: 'live', reason: 'its config conf (conf/app.conf) changed' });
  await up.wait('rebuildEnd', { since });
  await says(project, 'live', ['cat', '/conf'], 'two');

  since = up.mark();
  project.write('new', 'two\n');
  renameSync(join(project.folder, 'new'), join(project.folder, 'token.txt'));
  await says(project, 'plain', ['cat', '/run/secrets/token'], 'two');
  const told = await up.wait('diagnostic', { since, where: ({ code }) => code === 'service-changed' });
  t.is(told.message, 'It gets new containers: its secret token (token.txt) changed.');
  project.write('.env', 'WORD=two\n');
  await says(project, 'plain', ['cat', '/run/secrets/word'], 'two');
  t.deepEqual(await project.lives('still'), still);
  t.false(up.events.some((event) => JSON.stringify(event).includes('two')));
});
