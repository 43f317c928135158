import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { UpProcess } from '../helpers/up-process.js';
import { answerWith, ask, copyExample, freePort, nothing, type UpProject, until } from '../helpers/up-project.js';

let project: UpProject;
let up: UpProcess;
let url: string;

test.before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  project = await copyExample('multi', { SITE_PORT: String(port), PAUSE_MS: '500' });
  up = project.up();
});

test.after.always(() => project.remove());

const lives = async () => ({
  site: await project.lives('site'),
  api: await project.lives('api'),
  worker: await project.lives('worker'),
});

/** Writes a file of the project with one text replaced by another. */
async function replace(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(project.folder, path), 'utf8');
  if (!text.includes(from)) throw new Error(`There is no ${from} in ${path}.`);
  project.write(path, text.replace(from, to));
}

const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id).sort();

test.serial('a site, an API and three workers are up', async (t) => {
  t.deepEqual([...(await up.ready()).services].sort(), ['api', 'site', 'worker']);
  const { worker } = await lives();
  t.is(worker.length, 3);
  t.deepEqual(
    idsOf(worker),
    [...(await up.wait('attached', { where: (e) => e.service === 'worker' })).containerIds].sort(),
  );
  t.regex((await answerWith(url, 'Hello')).body, /Hello from multi/);
  await answerWith(`${url}/api/jobs`, 'done by');
});

test.serial('an edit of a page is served, and nothing restarts', async (t) => {
  const before = await lives();
  const since = up.mark();
  await replace('site/public/index.html', 'Hello from multi', 'Edited');
  t.like(await up.push('site', since), { outcome: 'done', restarted: [], start: { changed: ['public/index.html'] } });
  t.regex((await ask(url))?.body ?? '', /Edited/);
  t.deepEqual(await lives(), before);
});

test.serial('a new page is served, and is gone when it is deleted', async (t) => {
  let since = up.mark();
  project.write('site/public/new.html', 'A new page\n');
  t.is((await up.push('site', since)).outcome, 'done');
  t.is((await ask(`${url}/new.html`))?.body, 'A new page\n');
  since = up.mark();
  rmSync(join(project.folder, 'site/public/new.html'));
  t.like(await up.push('site', since), { outcome: 'done', start: { deleted: ['public/new.html'] } });
  t.is((await ask(`${url}/new.html`))?.status, 404);
});

test.serial('an edit of a shared file restarts the API and all three workers, not the site', async (t) => {
  const before = await lives();
  const since = up.mark();
  await replace('backend/shared/describe.js', 'done by', 'finished by');
  const [api, worker] = await Promise.all([up.push('api', since), up.push('worker', since)]);
  t.is(api.outcome, 'done');
  t.is(worker.outcome, 'done');
  t.deepEqual(api.restarted, idsOf(before.api));
  t.deepEqual([...worker.restarted].sort(), idsOf(before.worker));
  await answerWith(`${url}/api/jobs`, 'finished by');
  for (const { id } of before.worker) {
    const where = (event: { containerId: string; line: string }) =>
      event.containerId === id && event.line.includes('finished by');
    await up.wait('log', { since, where });
  }
  t.deepEqual(await project.lives('site'), before.site);
});

test.serial('an edit of the worker restarts the three workers only', async (t) => {
  const before = await lives();
  const since = up.mark();
  await replace('backend/worker/main.js', 'trying again', 'trying once more');
  const push = await up.push('worker', since);
  t.deepEqual([...push.restarted].sort(), idsOf(before.worker));
  const after = await lives();
  t.deepEqual([after.site, after.api], [before.site, before.api]);
  t.deepEqual(idsOf(after.worker), idsOf(before.worker));
});

test.serial('an edit before the live command restarts the site only', async (t) => {
  const before = await lives();
  const since = up.mark();
  await replace('site/server.js', 'The API does not answer', 'No answer from the API');
  const push = await up.push('site', since);
  t.deepEqual(push.restarted, idsOf(before.site));
  await up.logLine('site', /listens on port/, since);
  t.regex((await ask(url))?.body ?? '', /Edited/);
  const after = await lives();
  t.deepEqual([after.api, after.worker], [before.api, before.worker]);
});

test.serial('a site that somebody else has restarted takes the next push', async (t) => {
  for (const name of ['one', 'two']) {
    const since = up.mark();
    project.write(`site/public/${name}.html`, `Page ${name}\n`);
    t.is((await up.push('site', since)).outcome, 'done');
  }
  let since = up.mark();
  rmSync(join(project.folder, 'site/public/one.html'));
  t.is((await up.push('site', since)).outcome, 'done');

  await (await project.container('site')).restart();
  await answerWith(`${url}/two.html`, 'Page two');
  since = up.mark();
  rmSync(join(project.folder, 'site/public/two.html'));
  t.is((await up.push('site', since)).outcome, 'done');
  t.is((await ask(`${url}/two.html`))?.status, 404);
});

test.serial('a worker that was killed takes part in the next push, and runs again', async (t) => {
  const [first, ...others] = await project.containers('worker');
  await first?.kill('SIGKILL');
  await until('the worker to be dead', async () => ((await first?.inspect())?.running === false ? true : undefined));
  const since = up.mark();
  await replace('backend/worker/main.js', 'trying once more', 'trying again');
  const push = await up.push('worker', since);
  t.is(push.outcome, 'done');
  for (const container of [first, ...others]) {
    t.true((await container?.inspect())?.running);
    t.true(push.restarted.includes(container?.id ?? ''));
  }
  const where = (event: { containerId: string }) => event.containerId === first?.id;
  await up.wait('log', { since, where });
});

test.serial('Ctrl-C stops all of them, and leaves nothing else behind', async (t) => {
  t.is(await up.stop(), 130);
  t.deepEqual(await project.leftovers(), nothing);
  const all = Object.values(await lives()).flat();
  t.is(all.length, 5);
  t.deepEqual([up.strayLines, up.stderr], [[], '']);
  // A page, or the site's own server: nothing else made the site restart.
  t.is(up.all('containerRestart').filter(({ service }) => service === 'site').length, 1);
});
