import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { ContainerInfo } from '../../src/docker/engine.js';
import type { UpProcess } from '../helpers/up-process.js';
import { answerWith, copyExample, freePort, nothing, type UpProject } from '../helpers/up-project.js';

let project: UpProject;
let up: UpProcess;
let url: string;
/** The container as it was at the start. */
let born: Pick<ContainerInfo, 'id' | 'startedAt' | 'running'>[];

test.before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  project = await copyExample('frontend', { FRONTEND_PORT: String(port) });
  up = project.up();
});

test.after.always(() => project.remove());

test.serial('the dev server of the build stage runs, with its development tool', async (t) => {
  await up.ready();
  const { liveCommand, stages } = await up.wait('attached');
  t.deepEqual([liveCommand, stages], ['["node_modules/.bin/vite"]', ['build']]);
  await answerWith(`${url}/src/message.js`, 'Hello from the front end');
  t.not(await project.read('frontend', '/app/node_modules/vite-plugin-full-reload/package.json'), undefined);
  // What stands behind the live command is not run.
  t.is(await (await project.container('frontend')).stat('/app/dist'), undefined);
  born = await project.lives('frontend');
});

test.serial('an edit reaches the dev server without a restart', async (t) => {
  const since = up.mark();
  const text = "export const message = 'Edited';\n";
  project.write('src/message.js', text);
  t.like(await up.push('frontend', since), { outcome: 'done', commands: [], restarted: [] });
  t.is(await project.read('frontend', '/app/src/message.js'), text);
  const { body } = await answerWith(`${url}/src/message.js`, 'Edited');
  t.false(body.includes('Hello'));
});

test.serial('new files and folders are served, and are gone when they are deleted', async (t) => {
  let since = up.mark();
  project.write('src/more/extra.js', "export const extra = 'New';\n");
  project.write('public/more.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>\n');
  await answerWith(`${url}/src/more/extra.js`, 'New');
  await up.wait('livepushStart', { since, where: ({ changed }) => changed.includes('public/more.svg') });
  await up.settled('frontend');

  since = up.mark();
  rmSync(join(project.folder, 'src/more'), { recursive: true });
  rmSync(join(project.folder, 'public/more.svg'));
  const container = await project.container('frontend');
  await up.wait('livepushStart', { since, where: ({ deleted }) => deleted.includes('public/more.svg') });
  await up.settled('frontend');
  t.is(await container.stat('/app/src/more'), undefined);
  t.is(await container.stat('/app/public/more.svg'), undefined);
  // Vite answers with the page for what it does not know.
  await answerWith(`${url}/src/more/extra.js`, '<!doctype html>');
});

test.serial('an asset is copied byte for byte', async (t) => {
  const since = up.mark();
  const logo = await readFile(join(project.folder, 'public/logo.svg'), 'utf8');
  project.write('public/logo.svg', logo.replace('#2a7f62', '#123456'));
  t.like(await up.push('frontend', since), { outcome: 'done', restarted: [] });
  t.is((await answerWith(`${url}/logo.svg`, '#123456')).body, logo.replace('#2a7f62', '#123456'));
});

test.serial('until here nothing has restarted', async (t) => {
  t.deepEqual(await project.lives('frontend'), born);
  t.deepEqual(up.all('containerRestart'), []);
});

test.serial('a new dependency is installed, the development tool too, and the dev server restarts', async (t) => {
  const since = up.mark();
  const manifest = JSON.parse(await readFile(join(project.folder, 'package.json'), 'utf8'));
  manifest.dependencies = { 'is-number': '^7.0.0' };
  project.write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  const push = await up.push('frontend', since);
  t.like(push, {
    outcome: 'done',
    commands: [
      'npm install --no-audit --no-fund',
      'npm install --no-save --no-audit --no-fund vite-plugin-full-reload@1',
    ],
    restarted: [born[0]?.id ?? ''],
  });
  for (const module of ['is-number', 'vite', 'vite-plugin-full-reload']) {
    t.not(await project.read('frontend', `/app/node_modules/${module}/package.json`), undefined, module);
  }
  project.write('src/message.js', "import isNumber from 'is-number';\nexport const message = '5: ' + isNumber(5);\n");
  // Vite puts the path of the module it has bundled in the place of its name.
  await answerWith(`${url}/src/message.js`, '/node_modules/.vite/deps/is-number.js');
  // the process is another one, its container goes on
  t.deepEqual(await project.lives('frontend'), born);
});

test.serial('SIGTERM stops the service, and leaves nothing else behind', async (t) => {
  t.is(await up.stop('SIGTERM'), 130);
  t.deepEqual(await project.leftovers(), nothing);
  t.is((await project.lives('frontend')).length, 1);
  t.deepEqual([up.strayLines, up.stderr], [[], '']);
});
