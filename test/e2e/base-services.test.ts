import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { docker } from '../helpers/docker-command.js';
import type { UpProcess } from '../helpers/up-process.js';
import { makeUpProject } from '../helpers/up-project.js';

const main = join(process.cwd(), 'dist-test/src/cli/main.js');
const sleeps = 'CMD ["sleep", "1000"]\n';

/** A project under its own name, whose images have names that no registry knows. */
async function chain(t: ExecutionContext, files: (image: string) => Readonly<Record<string, string>>) {
  const project = await makeUpProject({});
  t.teardown(() => project.remove());
  for (const [path, text] of Object.entries(files(project.name))) project.write(path, text);
  return project;
}

const reasons = (up: UpProcess, since: number) =>
  up.all('rebuildStart', since).map(({ service, reason }) => `${service}: ${reason}`);

test.serial(
  'services that are built from others get ready on a fresh machine, and what is edited below reaches them',
  async (t) => {
    const project = await chain(t, (image) => ({
      'compose.yaml': JSON.stringify({
        services: {
          web: { build: 'web', init: true },
          middle: { build: 'middle', image: `${image}-in-between`, init: true },
          base: { build: 'base', scale: 0 },
        },
      }),
      'base/Dockerfile': 'FROM busybox:1.37\nCOPY common /common\n',
      'base/common': 'one\n',
      'middle/Dockerfile': `FROM ${image}-base\nRUN sed s/^/made-of-/ /common >/made\nCOPY own /own\n#dev-cmd-live=["sleep", "900"]\n${sleeps}`,
      'middle/own': 'one\n',
      'web/Dockerfile': `FROM ${image}-in-between\nCOPY page /page\nRUN cat /made /own /page >/all\n${sleeps}`,
      'web/page': 'page one\n',
    }));
    const up = project.up();
    await up.ready();
    t.is(await project.read('web', '/all'), 'made-of-one\none\npage one\n');

    let since = up.mark();
    project.write('base/common', 'two\n');
    await up.wait('rebuildEnd', { since, where: ({ service }) => service === 'web' });
    await up.settled('middle');
    t.is(await project.read('web', '/made'), 'made-of-two\n');
    t.is(await project.read('middle', '/made'), 'made-of-two\n');
    const because = 'base/common, of service base that it is built from, changed';
    t.deepEqual(reasons(up, since).sort(), [`middle: ${because}`, `web: ${because}`]);

    // one that is pushed to: it gets its push, and what stands on it a build
    since = up.mark();
    project.write('middle/own', 'two\n');
    t.is((await up.push('middle', since)).outcome, 'done', JSON.stringify(up.all('diagnostic', 0)));
    t.like(await up.wait('rebuildEnd', { since }), { service: 'web', ok: true });
    t.is(await project.read('web', '/all'), 'made-of-two\ntwo\npage one\n');

    since = up.mark();
    project.write('base/Dockerfile', 'FROM busybox:1.37\nRUN echo three >/common\n');
    await up.wait('rebuildEnd', { since, where: ({ service }) => service === 'web' });
    t.is(await project.read('web', '/all'), 'made-of-three\ntwo\npage one\n');

    since = up.mark();
    project.write('web/page', 'page two\n');
    t.is((await up.push('web', since)).outcome, 'done', JSON.stringify(up.all('diagnostic', 0)));
    t.is(await project.read('web', '/all'), 'made-of-three\ntwo\npage two\n');
    t.deepEqual(reasons(up, since), []);

    const middle = await docker('image', 'inspect', '--format', '{{.Config.Cmd}}', `${project.name}-in-between`);
    t.is(middle.stdout, '[sleep 1000]\n');
    const { folder: cwd, env } = project;
    const verified = promisify(execFile)(process.execPath, [main, 'verify'], { cwd, env: { ...process.env, ...env } });
    await t.notThrowsAsync(verified);
  },
);

test.serial('a build of a base service that fails leaves the others as they were, and names it', async (t) => {
  const project = await chain(t, (image) => ({
    'compose.yaml': JSON.stringify({
      services: { web: { build: 'web', init: true }, base: { build: 'base', command: 'true' } },
    }),
    'base/Dockerfile': 'FROM busybox:1.37\nCOPY word /word\nRUN grep -q good /word\n',
    'base/word': 'good one\n',
    'web/Dockerfile': `FROM ${image}-base\n${sleeps}`,
  }));
  const up = project.up(['-s', 'web']);
  await up.ready();
  const [before] = await project.lives('web');

  let since = up.mark();
  project.write('base/word', 'bad\n');
  t.like(await up.wait('rebuildEnd', { since }), { service: 'web', ok: false });
  t.like(await up.wait('diagnostic', { since, where: ({ code }) => code === 'rebuild-failed' }), { service: 'web' });
  t.deepEqual((await project.lives('web'))[0], before);

  since = up.mark();
  project.write('base/word', 'good again\n');
  t.like(await up.wait('rebuildEnd', { since }), { service: 'web', ok: true });
  t.is(await project.read('web', '/word'), 'good again\n');
});
