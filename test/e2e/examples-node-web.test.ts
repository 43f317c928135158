import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { UpProcess } from '../helpers/up-process.js';
import { answerWith, ask, copyExample, freePort, nothing, type UpProject } from '../helpers/up-project.js';

let project: UpProject;
let up: UpProcess;
let url: string;

test.before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  project = await copyExample('node-web', { WEB_PORT: String(port) });
  up = project.up([], { ownGroup: true });
});

test.after.always(() => project.remove());

/** Resolves when the service listens again. */
const listening = (since: number) => up.logLine('web', /listens on port/, since);

const instance = async (): Promise<string | undefined> =>
  /instance (\S+)/.exec((await ask(`${url}/uptime`))?.body ?? '')?.[1];

test.serial('the example answers when it is up', async (t) => {
  t.deepEqual((await up.ready()).services, ['web']);
  await listening(0);
  t.is((await ask(url))?.body, 'Hello from node-web\n');
});

test.serial('an edit is copied, and the service restarts once', async (t) => {
  const [before, old] = [await instance(), await project.lives('web')];
  const since = up.mark();
  const text = "export const message = 'Edited';\n";
  project.write('src/message.js', text);
  const push = await up.push('web', since);
  t.like(push, { outcome: 'done', commands: [], start: { push: 1, changed: ['src/message.js'], deleted: [] } });
  t.deepEqual(push.restarted, [old[0]?.id ?? '']);
  t.is(await project.read('web', '/app/src/message.js'), text);
  await listening(since);
  t.is((await ask(url))?.body, 'Edited\n');
  const after = await instance();
  t.truthy(after);
  t.not(after, before);
  // the process is another one, its container goes on
  t.deepEqual(await project.lives('web'), old);
});

test.serial('a file that is saved as it was is no change', async (t) => {
  const since = up.mark();
  project.write('src/message.js', "export const message = 'Edited';\n");
  project.write('src/new.txt', 'new');
  const { start } = await up.push('web', since);
  t.deepEqual(start.changed, ['src/new.txt']);
  await listening(since);
});

test.serial('a new folder arrives, and goes away again', async (t) => {
  project.write('src/pages/deep/page.js', "export const page = 'A page';\n");
  project.write('src/message.js', "export { page as message } from './pages/deep/page.js';\n");
  await answerWith(url, 'A page');
  t.is(await project.read('web', '/app/src/pages/deep/page.js'), "export const page = 'A page';\n");

  await up.settled('web');
  const before = up.mark();
  project.write('src/message.js', "export const message = 'No page';\n");
  rmSync(join(project.folder, 'src/pages'), { recursive: true });
  await answerWith(url, 'No page');
  const container = await project.container('web');
  await up.wait('filesDeleted', { since: before });
  await up.settled('web');
  t.is(await container.stat('/app/src/pages'), undefined);
  t.is((await container.stat('/app/src'))?.kind, 'directory');
});

test.serial('a deleted file is gone', async (t) => {
  const since = up.mark();
  rmSync(join(project.folder, 'src/new.txt'));
  const push = await up.push('web', since);
  t.like(push, { outcome: 'done', start: { changed: [], deleted: ['src/new.txt'] } });
  await listening(since);
  t.is(await project.read('web', '/app/src/new.txt'), undefined);
  t.not(await project.read('web', '/app/src/server.js'), undefined);
});

test.serial('files that the image has not, or that are ignored, are no change', async (t) => {
  const since = up.mark();
  project.write('node_modules/ms/index.js', 'ignored');
  project.write('README.md', 'ignored');
  project.write('notes.txt', 'not copied by any step');
  project.write('src/message.js', "export const message = 'Seen';\n");
  const { start } = await up.push('web', since);
  await listening(since);
  t.deepEqual(start.changed, ['src/message.js']);
  const container = await project.container('web');
  for (const path of ['/app/README.md', '/app/notes.txt']) t.is(await container.stat(path), undefined);
  t.not(await project.read('web', '/app/node_modules/ms/index.js'), 'ignored');
});

test.serial('a new dependency is installed before the restart, and its module loads', async (t) => {
  const since = up.mark();
  const manifest = JSON.parse(await readFile(join(project.folder, 'package.json'), 'utf8'));
  manifest.dependencies['is-number'] = '^7.0.0';
  project.write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  const push = await up.push('web', since);
  t.like(push, {
    outcome: 'done',
    commands: ['npm install --no-audit --no-fund'],
    start: { changed: ['package.json'] },
  });
  t.is(push.restarted.length, 1);
  const types = push.events.map(({ type }) => type);
  t.true(types.indexOf('commandReturn') < types.indexOf('containerRestart'));
  t.is(JSON.parse((await project.read('web', '/app/node_modules/is-number/package.json')) ?? '{}').name, 'is-number');

  project.write('src/message.js', "import isNumber from 'is-number';\nexport const message = '5: ' + isNumber(5);\n");
  t.is((await answerWith(url, '5: true')).body, '5: true\n');
  await up.settled('web');
  t.not(await project.read('web', '/app/node_modules/nanoid/package.json'), undefined);
});

test.serial('a command that fails keeps the old process, and the next edit tries again', async (t) => {
  const since = up.mark();
  const old = await project.lives('web');
  const manifest = await readFile(join(project.folder, 'package.json'), 'utf8');
  project.write('package.json', '{ not JSON');
  t.like(await up.push('web', since), { outcome: 'failed', restarted: [] });
  const failed = up.all('commandReturn', since).at(-1);
  t.like(failed, { command: 'npm install --no-audit --no-fund' });
  t.not(failed?.returnCode, 0);
  t.true(up.all('commandOutput', since).some(({ data }) => data.includes('JSON')));
  t.deepEqual(await project.lives('web'), old);
  t.is((await ask(url))?.body, '5: true\n');

  const next = up.mark();
  project.write('package.json', manifest);
  const push = await up.push('web', next);
  t.like(push, { outcome: 'done', commands: ['npm install --no-audit --no-fund'] });
  t.deepEqual(push.restarted, [], 'the container has never been anything else');
  t.deepEqual(await project.lives('web'), old);
});

// Node.js takes a stop signal for itself until the program listens for it, and as process 1 it is not ended by it.
test.serial('an edit while the service is just starting does not wait out the grace period', async (t) => {
  for (const text of ['One', 'Two', 'Three', 'Four']) {
    const since = up.mark();
    project.write('src/message.js', `export const message = '${text}';\n`);
    const push = await up.push('web', since);
    const end = push.events.at(-1);
    t.true(end?.type === 'livepushEnd' && end.durationMs < 9_000, JSON.stringify(end));
  }
  t.is((await answerWith(url, 'Four')).body, 'Four\n');
});

test.serial('Ctrl-C stops the service, and leaves nothing else behind', async (t) => {
  up.pressCtrlC();
  t.is(await up.ended(), 130);
  t.deepEqual(await project.leftovers(), nothing);
  const [life] = await project.lives('web');
  t.false(life?.running);
  t.is(up.events.at(-1)?.type, 'stopped');
  t.deepEqual([up.strayLines, up.stderr], [[], '']);
});
