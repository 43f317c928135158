import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { ComposeCli, ComposeRequest } from '../../src/compose/compose-requests.js';
import type { HelperBuild } from '../../src/compose/live-service.js';
import type { WrittenOverride } from '../../src/compose/write-override.js';
import { HelperBuilds } from '../../src/session/helper-builds.js';

interface Build {
  readonly services: readonly string[];
  readonly signal: AbortSignal | undefined;
  tell(...lines: string[]): void;
  end(error?: Error): void;
}

/** Helper builds on a compose command whose builds end when the test says so. */
function made(context = '/context') {
  const builds: Build[] = [];
  const heard: ((build: Build) => void)[] = [];
  const read: string[][] = [];
  const build = ({ services = [], signal, onLine }: ComposeRequest): Promise<void> =>
    new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('ended')));
      const tell = (...lines: string[]) => {
        for (const line of lines) onLine?.(line);
      };
      const one = { services, signal, tell, end: (error?: Error) => (error ? reject(error) : resolve()) };
      builds.push(one);
      heard.shift()?.(one);
    });
  const next = () => new Promise<Build>((resolve) => heard.push(resolve));
  const helpers = new HelperBuilds({
    cli: { build } as ComposeCli,
    written: () => ({ buildFile: '/b.yaml', writeWhole: async () => '/whole.yaml' }) as WrittenOverride,
    signal: new AbortController().signal,
    onRead: (services) => read.push([...services]),
  });
  const expect = (service: string, { readsContext = true } = {}) => {
    const helper: HelperBuild = { name: `${service}-stage-0`, service, kind: 'stage', index: 0, image: `${service}:0` };
    const late = helpers.expect({ service, builds: [helper], context, readsContext });
    if (!late) throw new Error('there are helpers');
    return late;
  };
  return { builds, read, next, helpers, expect };
}

test('nothing is built before it is needed, and once only', async (t) => {
  const { builds, next, expect } = made();
  const late = expect('web');
  t.false(late.areThere);
  t.deepEqual(builds, []);
  const begun = next();
  const ends = [late.make(), late.make()];
  (await begun).end();
  await Promise.all(ends);
  t.true(late.areThere);
  await late.make();
  t.deepEqual(
    builds.map(({ services }) => services),
    [['web-stage-0']],
  );
});

test('a service without helpers has nothing to wait for', (t) => {
  t.is(made().helpers.expect({ service: 'web', builds: [], context: '/context', readsContext: false }), undefined);
});

test('ahead of need those of all services are built in one go', async (t) => {
  const { builds, next, helpers, expect } = made();
  const [web, api] = [expect('web'), expect('api')];
  const begun = next();
  const ended = helpers.buildAhead();
  (await begun).end();
  await ended;
  t.true(web.areThere && api.areThere);
  t.deepEqual(builds[0]?.services, ['web-stage-0', 'api-stage-0']);
  await helpers.buildAhead();
  t.is(builds.length, 1);
});

test('what comes of no context is left for later, and built for a few services at a time', async (t) => {
  const { builds, next, helpers, expect } = made();
  const first = expect('web');
  const rest = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => expect(name, { readsContext: false }));
  const begun = next();
  const ended = helpers.buildAhead();
  (await begun).end();
  await ended;
  t.deepEqual([first.areThere, ...rest.map(({ areThere }) => areThere)], [true, ...rest.map(() => false)]);
  const few = next();
  const all = helpers.buildRest();
  const one = await few;
  const needed = rest[5]?.make();
  const after = next();
  one.end();
  const alone = next();
  (await after).end();
  await needed;
  (await alone).end();
  await all;
  t.true(rest.every(({ areThere }) => areThere));
  t.deepEqual(
    builds.map(({ services }) => services.map((service) => service.slice(0, 1)).join('')),
    ['w', 'abcd', 'f', 'e'],
  );
});

test('where a build of several fails, a service that needs its own builds these alone', async (t) => {
  const { builds, next, helpers, expect } = made();
  const [web] = [expect('web'), expect('api')];
  const joint = next();
  const ended = helpers.buildAhead();
  const both = await joint;
  const needed = web.make();
  const alone = next();
  both.end(new Error('api does not build'));
  const first = await alone;
  const other = next();
  first.end();
  await needed;
  (await other).end();
  await ended;
  t.deepEqual(
    builds.map(({ services }) => services),
    [['web-stage-0', 'api-stage-0'], ['web-stage-0'], ['api-stage-0']],
  );
});

test('a build that fails is tried again the next time', async (t) => {
  const { next, expect } = made();
  const late = expect('web');
  let begun = next();
  const failing = late.make();
  (await begun).end(new Error('no network'));
  await t.throwsAsync(failing, { message: 'no network' });
  t.false(late.areThere);
  begun = next();
  const again = late.make();
  (await begun).end();
  await again;
  t.true(late.areThere);
});

test('a service that is built anew gives up what is being built, and the new one waits for its end', async (t) => {
  const { builds, next, expect } = made();
  const old = expect('web');
  let begun = next();
  const given = t.throwsAsync(old.make());
  const first = await begun;
  begun = next();
  const fresh = expect('web').make();
  await given;
  t.true(first.signal?.aborted);
  (await begun).end();
  await fresh;
  t.is(builds.length, 2);
});

test('the end of the session ends what is being built', async (t) => {
  const { next, helpers, expect } = made();
  const late = expect('web');
  const begun = next();
  const given = t.throwsAsync(late.make());
  await begun;
  await helpers.close();
  await given;
  t.false(late.areThere);
});

test('from the export on the context is not read any more', async (t) => {
  const { read, next, helpers, expect } = made();
  await helpers.hasRead();
  expect('web');
  const begun = next();
  const ended = helpers.buildAhead();
  const build = await begun;
  let hasRead = false;
  const reading = helpers.hasRead().then(() => {
    hasRead = true;
  });
  build.tell('#8 [made 2/3] COPY a b', '#8 CACHED');
  await new Promise(setImmediate);
  t.false(hasRead);
  t.deepEqual(read, []);
  build.tell('#9 exporting to image');
  await reading;
  t.deepEqual(read, [['web']]);
  build.end();
  await ended;
  t.deepEqual(read, [['web']]);
});

test('a build that fails has read nothing for good, and holds nobody', async (t) => {
  const { read, next, helpers, expect } = made();
  expect('web');
  const begun = next();
  const ended = helpers.buildAhead();
  (await begun).end(new Error('no network'));
  await Promise.all([ended, helpers.hasRead()]);
  t.deepEqual(read, []);
});

test('override files that a build reads are removed after it', async (t) => {
  const { next, helpers, expect } = made();
  const late = expect('web');
  const begun = next();
  const built = late.make();
  const build = await begun;
  let disposed = false;
  helpers.dispose({
    dispose: async () => {
      disposed = true;
    },
  });
  await new Promise(setImmediate);
  t.false(disposed);
  build.end();
  await built;
  await helpers.close();
  t.true(disposed);
});

test('where all is built again with the whole context, what was read before does not count', async (t) => {
  const context = await mkdtemp(join(tmpdir(), 'livepush-helpers-'));
  t.teardown(() => rm(context, { recursive: true }));
  await writeFile(join(context, 'more'), '');
  const { builds, next, helpers, expect, read } = made(context);
  for (const service of ['web', 'api']) expect(service);
  const [exported, again] = ['#4 [web-stage-0] exporting to image', '#5 [api-stage-0] exporting to image'];
  let begun = next();
  const ended = helpers.buildAhead();
  let build = await begun;
  begun = next();
  build.tell(exported);
  build.tell('#6 [api-stage-0 2/2] COPY more /', '#6 ERROR: failed to calculate checksum of ref x "/more": not found');
  build.end(new Error('more is not there'));
  build = await begun;
  build.tell(exported);
  t.deepEqual(read, []);
  build.tell(again);
  t.deepEqual(read, [['web', 'api']]);
  build.end();
  await ended;
  t.is(builds.length, 2);
});
