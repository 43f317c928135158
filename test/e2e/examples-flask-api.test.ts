import { rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { ContainerInfo } from '../../src/docker/engine.js';
import { runIn } from '../helpers/real-container.js';
import type { UpProcess } from '../helpers/up-process.js';
import { answerWith, ask, copyExample, freePort, nothing, type UpProject } from '../helpers/up-project.js';

type Lives = Pick<ContainerInfo, 'id' | 'startedAt' | 'running'>[];

let project: UpProject;
let up: UpProcess;
let url: string;
let born: { readonly api: Lives; readonly store: Lives };

test.before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  project = await copyExample('flask-api', { API_PORT: String(port) });
  up = project.up();
});

test.after.always(() => project.remove());

const lives = async () => ({ api: await project.lives('api'), store: await project.lives('store') });

const message = (text: string) => `MESSAGE = "${text}"\n`;

/** Seconds with their fraction, as `stat` of the container tells them. */
async function modifiedAt(path: string): Promise<number> {
  const { stdout } = await runIn(await project.container('api'), ['stat', '--format', '%.6Y', path]);
  return Number(stdout);
}

test.serial('the API answers, with what the store holds', async (t) => {
  t.deepEqual((await up.ready()).services, ['api']);
  t.is((await answerWith(url, 'Hello')).body, 'Hello from flask-api\n');
  t.regex((await ask(`${url}/quotes`))?.body ?? '', /make it right/);
  born = await lives();
  t.true(born.store[0]?.running);
});

test.serial('an edit is served, and no container restarts', async (t) => {
  const since = up.mark();
  project.write('api/app/message.py', message('Edited'));
  t.like(await up.push('api', since), { outcome: 'done', commands: [], restarted: [] });
  t.is(await project.read('api', '/srv/app/message.py'), message('Edited'));
  t.is((await answerWith(url, 'Edited')).body, 'Edited\n');
});

// Flask's reloader compares modification times, so a time in whole seconds would hide the second edit from it.
test.serial('edits of one file within the same second, of the same size, are all served', async (t) => {
  const file = join(project.folder, 'api/app/message.py');
  const second = Math.floor(Date.now() / 1000) + 1;
  for (const [index, text] of ['Edit 1', 'Edit 2', 'Edit 3'].entries()) {
    const since = up.mark();
    project.write('api/app/message.py', message(text));
    utimesSync(file, second, second + (index + 1) / 10);
    t.is((await up.push('api', since)).outcome, 'done');
    t.is((await answerWith(url, text)).body, `${text}\n`);
    t.true(Math.abs((await modifiedAt('/srv/app/message.py')) - (second + (index + 1) / 10)) < 0.002);
  }
});

test.serial('edits in quick succession leave the last one, with the time it has on the host', async (t) => {
  const file = join(project.folder, 'api/app/message.py');
  const texts = Array.from('abcdefgh', (letter) => message(`Quick ${letter}`));
  for (const text of texts) {
    const since = up.mark();
    project.write('api/app/message.py', text);
    t.is((await up.push('api', since)).outcome, 'done');
  }
  t.is(await project.read('api', '/srv/app/message.py'), message('Quick h'));
  const onHost = statSync(file).mtimeMs / 1000;
  t.true(Math.abs((await modifiedAt('/srv/app/message.py')) - onHost) < 0.002);
  await answerWith(url, 'Quick');
});

test.serial('a new module is served, and is gone when it is deleted', async (t) => {
  let since = up.mark();
  project.write('api/app/extra.py', 'EXTRA = "From a new module"\n');
  t.is((await up.push('api', since)).outcome, 'done');
  since = up.mark();
  project.write('api/app/message.py', 'from .extra import EXTRA as MESSAGE\n');
  await answerWith(url, 'From a new module');
  await up.push('api', since);
  since = up.mark();
  project.write('api/app/message.py', message('Without it'));
  t.is((await up.push('api', since)).outcome, 'done');
  since = up.mark();
  rmSync(join(project.folder, 'api/app/extra.py'));
  t.like(await up.push('api', since), { outcome: 'done', start: { deleted: ['app/extra.py'] }, restarted: [] });
  t.is(await project.read('api', '/srv/app/extra.py'), undefined);
  await answerWith(url, 'Without it');
});

test.serial('what is ignored or mounted is not pushed', async (t) => {
  const since = up.mark();
  project.write('api/app/__pycache__/message.cpython-311.pyc', 'not one');
  project.write('store/quotes.txt', 'Measure first.\n');
  project.write('api/app/message.py', message('Pushed'));
  t.deepEqual((await up.push('api', since)).start.changed, ['app/message.py']);
  t.is(JSON.parse((await ask(`${url}/quotes`))?.body ?? '[]')[0], 'Measure first.');
});

test.serial('until here nothing has restarted', async (t) => {
  t.deepEqual(await lives(), born);
  t.deepEqual(up.all('containerRestart'), []);
});

test.serial('new requirements are installed, and the API restarts without the store', async (t) => {
  const since = up.mark();
  project.write('api/requirements.txt', '# the web framework\nflask>=2.2\n');
  const push = await up.push('api', since);
  t.like(push, { outcome: 'done', commands: ['pip install --no-cache-dir -r requirements.txt'] });
  t.deepEqual(push.restarted, [born.api[0]?.id ?? '']);
  await answerWith(url, 'Pushed');
  // the process is another one, its container goes on
  t.deepEqual(await lives(), born);
});

test.serial('Ctrl-C stops both services, and leaves nothing else behind', async (t) => {
  t.is(await up.stop(), 130);
  t.deepEqual(await project.leftovers(), nothing);
  t.deepEqual([up.strayLines, up.stderr], [[], '']);
});
