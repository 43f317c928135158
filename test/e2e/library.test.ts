import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import test from 'ava';
import {
  ContainerNotRunningError,
  type LivepushEnd,
  RebuildRequiredError,
  RuntimeError,
  setupFsWatcher,
} from '../../src/index.js';
import { docker } from '../helpers/docker-command.js';
import { type Heard, names, next, pushedContainer } from '../helpers/pushed-container.js';

const SLEEP = 'CMD ["sleep", "100000"]';

const ended = (heard: readonly Heard[]): LivepushEnd[] =>
  heard.flatMap((event) => (event[0] === 'livepushEnd' ? [event[1]] : []));

const printed = (heard: readonly Heard[], stderr: boolean): Buffer =>
  Buffer.concat(
    heard.flatMap((event) =>
      event[0] === 'commandOutput' && event[1].output.isStderr === stderr ? [event[1].output.data] : [],
    ),
  );

const helpers = async (id: string): Promise<string> =>
  (await docker('ps', '-aq', '--filter', `label=docker-livepush.container=${id}`)).stdout;

test('a push tells its story in order, and leaves what a clean build would', async (t) => {
  t.timeout(300_000);
  const made = await pushedContainer(t, {
    dockerfile: [
      ...['FROM busybox:1.37 AS one', 'ARG WHO=nobody', 'COPY src /src/'],
      'RUN echo "$WHO $(cat /src/*)" >/made; echo out; echo err >&2',
      ...['FROM busybox:1.37', 'COPY --from=one /made /made', 'COPY b /b', 'RUN cat /made /b >/both', SLEEP],
    ],
    files: { 'src/a': 'a1\n', 'src/gone': 'gone\n', b: 'b1\n' },
    args: { WHO: 'somebody' },
  });
  const { livepush, heard } = await made.livepush();
  livepush.setBuildArgs({ WHO: 'somebody' });

  t.true(livepush.livepushNeeded(['src/a'], []));
  t.false(livepush.livepushNeeded(['README.md'], []));
  await livepush.performLivepush(['src/a', 'b', 'README.md'], []);
  t.deepEqual(heard, [], 'nothing has changed since the build');

  await made.write('src/a', 'a2\n');
  await made.remove('src/gone');
  await livepush.performLivepush(['src/a'], ['src/gone']);
  const output = heard.filter(([name]) => name === 'commandOutput');
  t.is(printed(heard, false).toString(), 'out\n');
  t.is(printed(heard, true).toString(), 'err\n');
  t.true(output.every((event) => event[0] === 'commandOutput' && event[1].stageIdx === 0));
  const first = 'echo "$WHO $(cat /src/*)" >/made; echo out; echo err >&2';
  const second = 'cat /made /b >/both';
  const [end] = ended(heard);
  t.deepEqual(
    heard.filter(([name]) => name !== 'commandOutput'),
    [
      ['livepushStart', { addedOrUpdated: ['src/a'], deleted: ['src/gone'] }],
      ['commandExecute', { stageIdx: 0, command: first }],
      ['commandReturn', { stageIdx: 0, returnCode: 0, command: first }],
      ['commandExecute', { stageIdx: 1, command: second }],
      ['commandReturn', { stageIdx: 1, returnCode: 0, command: second }],
      ['containerRestart', { containerId: made.id }],
      ['livepushEnd', end as LivepushEnd],
    ],
  );
  t.like(end, {
    ...{ outcome: 'done', restarted: true, reason: undefined, deleted: [{ stageIdx: 0, count: 1, bytes: 0 }] },
    commands: [
      { stageIdx: 0, command: first, returnCode: 0 },
      { stageIdx: 1, command: second, returnCode: 0 },
    ],
  });
  t.deepEqual(
    end?.copied.find(({ stageIdx }) => stageIdx === 0),
    { stageIdx: 0, count: 1, bytes: 3 },
  );
  t.true((end?.durationMs ?? 0) > 0);
  t.is(await made.run('cat', '/both'), 'somebody a2\nb1\n');
  t.deepEqual(await made.drift(), []);

  heard.length = 0;
  await livepush.performLivepush(['src/a', 'src/gone', 'b'], ['src/a']);
  t.deepEqual(heard, [], 'nothing has changed since the last push');

  t.not(await helpers(made.id), '');
  await livepush.cleanupIntermediateContainers();
  await livepush.cleanupIntermediateContainers();
  t.is(await helpers(made.id), '');
  t.true((await made.container.inspect()).running);
  await t.throwsAsync(livepush.performLivepush(['b'], []), { instanceOf: ContainerNotRunningError });
  t.deepEqual(heard, []);
});

test('a newer push takes over, a cancelled one is caught up with, and nothing goes into a stopped container', async (t) => {
  t.timeout(300_000);
  const made = await pushedContainer(t, {
    dockerfile: ['FROM busybox:1.37', 'COPY a b t /', 'RUN cat /a /b >/made; sleep $(cat /t)', SLEEP],
    files: { a: 'a1\n', b: 'b1\n', t: '0' },
  });
  const { livepush, heard } = await made.livepush();
  const sleepers = async () => (await made.run('ps', '-o', 'args')).match(/^sleep 1234$/gm)?.length ?? 0;

  await made.write('t', '1234');
  const running = next(livepush, 'commandExecute');
  const cancelled = livepush.performLivepush(['t'], []);
  await running;
  await made.write('t', '0');
  await made.write('a', 'a2\n');
  await Promise.all([cancelled, livepush.performLivepush(['t', 'a'], [])]);
  const takeOver = ['livepushStart', 'commandExecute', 'cancel', 'livepushEnd'];
  const whole = ['livepushStart', 'commandExecute', 'commandReturn', 'containerRestart', 'livepushEnd'];
  t.deepEqual(names(heard), [...takeOver, ...whole]);
  t.deepEqual(
    ended(heard).map(({ outcome, commands }) => [outcome, commands[0]?.returnCode]),
    [
      ['cancelled', undefined],
      ['done', 0],
    ],
  );
  t.is(await made.run('cat', '/made'), 'a2\nb1\n');
  t.is(await sleepers(), 0);

  heard.length = 0;
  await made.write('t', '1234');
  await made.write('b', 'b2\n');
  const again = next(livepush, 'commandExecute');
  const pushed = livepush.performLivepush(['t', 'b'], []);
  await again;
  await livepush.cancel();
  await pushed;
  t.deepEqual(names(heard), takeOver);
  t.is(await sleepers(), 0);

  heard.length = 0;
  await made.write('t', '0');
  await livepush.performLivepush(['t'], []);
  t.deepEqual(names(heard), whole, 'what the cancelled push had still to do is done');
  t.deepEqual(await made.drift(), []);

  await docker('stop', '-t', '0', made.id);
  await made.write('a', 'a3\n');
  const error = await t.throwsAsync(livepush.performLivepush(['a'], []), { instanceOf: ContainerNotRunningError });
  t.regex(error.message, /is not running/);
  t.false((await made.container.inspect()).running);
  await docker('start', made.id);
  await livepush.performLivepush(['a'], []);
  t.is(await made.run('cat', '/made'), 'a3\nb2\n');

  await livepush.cleanupIntermediateContainers();
  const { livepush: lost } = await made.livepush({ containerId: 'no-such-container' });
  await t.throwsAsync(lost.performLivepush(['a'], []), { instanceOf: ContainerNotRunningError });
  await lost.cleanupIntermediateContainers();
});

test('a command that fails ends a push, and is run again by the next one', async (t) => {
  t.timeout(300_000);
  const made = await pushedContainer(t, {
    dockerfile: [
      ...['FROM busybox:1.37', 'COPY a /a', 'RUN --network=none cat /a >/net', 'COPY b code c* /'],
      ...['RUN exit $(cat /code)', SLEEP],
    ],
    files: { a: '1', b: '1', code: '0' },
  });
  const { livepush, heard } = await made.livepush();
  await made.write('code', '7');
  await livepush.performLivepush(['code'], []);
  t.deepEqual(heard.at(-2), ['commandReturn', { stageIdx: 0, returnCode: 7, command: 'exit $(cat /code)' }]);
  t.like(ended(heard)[0], { outcome: 'failed', restarted: false });

  heard.length = 0;
  await livepush.performLivepush(['code'], []);
  t.like(ended(heard)[0], { outcome: 'failed' }, 'asked again, it is tried again');

  await made.write('code', '0');
  await livepush.performLivepush(['code'], []);
  t.like(ended(heard)[1], { outcome: 'done', restarted: true });

  heard.length = 0;
  await made.write('a', '2');
  const error = await t.throwsAsync(livepush.performLivepush(['a'], []), { instanceOf: RebuildRequiredError });
  t.regex(error.reason, /network/);
  t.like(ended(heard)[0], { outcome: 'rebuild-required', reason: error.reason });
  await made.write('.dockerignore', 'c*\n');
  t.true(livepush.livepushNeeded(['.dockerignore'], []));
  await t.throwsAsync(livepush.performLivepush(['.dockerignore'], []), { instanceOf: RebuildRequiredError });
  await livepush.cleanupIntermediateContainers();
});

test('what was edited between the build and the first push is pushed, and a missing source is an error', async (t) => {
  t.timeout(300_000);
  const made = await pushedContainer(t, {
    dockerfile: [
      ...['FROM busybox:1.37 AS s', 'COPY a gone* /in/', 'FROM busybox:1.37', '#dev-cmd-live=sleep 100000'],
      ...['COPY --from=s /in /in', 'COPY b /b', 'RUN exit 1', 'CMD ["false"]'],
    ],
    files: { a: '1', gone: '1', b: '1' },
  });
  await made.write('a', '2');
  await made.remove('gone');
  const { livepush, heard } = await made.livepush({ skipContainerRestart: true });
  const { startedAt } = await made.container.inspect();
  await livepush.performLivepush(['a', 'b'], ['gone']);
  t.deepEqual(heard[0], ['livepushStart', { addedOrUpdated: ['a'], deleted: ['gone'] }]);
  t.like(ended(heard)[0], { outcome: 'done', restarted: false });
  t.deepEqual(await made.drift(), []);

  await made.remove('b');
  const error = await t.throwsAsync(livepush.performLivepush([], ['b']), { instanceOf: RuntimeError });
  t.regex(error.message, /source b is not in the build context/);
  await made.write('b', '2');
  const watcher = setupFsWatcher(livepush, made.context, { debounceWait: 10, ignored: 'Dockerfile*' });
  await watcher.ready;
  const pushed = next(livepush, 'livepushEnd');
  await made.write('b', '3');
  t.like((await pushed)[0], { outcome: 'done', restarted: false });
  await watcher.close();
  t.is(await made.run('cat', '/b'), '3');
  t.is((await made.container.inspect()).startedAt, startedAt);
  await livepush.cleanupIntermediateContainers();
});

test('two instances push at once, and every byte of 20 MB of output arrives', async (t) => {
  t.timeout(300_000);
  const size = 20_000_000;
  const setting = {
    dockerfile: ['FROM busybox:1.37', 'COPY n /n', 'RUN head -c $(cat /n) /dev/urandom | tee /copy; cat /n >&2', SLEEP],
    files: { n: '1' },
  };
  const both = await Promise.all([pushedContainer(t, setting), pushedContainer(t, setting)]);
  const instances = await Promise.all(both.map((made) => made.livepush()));
  await Promise.all(both.map((made) => made.write('n', String(size))));
  await Promise.all(instances.map(({ livepush }) => livepush.performLivepush(['n'], [])));
  const digests = new Set<string>();
  for (const [i, made] of both.entries()) {
    const heard = instances[i]?.heard ?? [];
    const output = printed(heard, false);
    t.is(output.length, size);
    t.is(printed(heard, true).toString(), String(size));
    const digest = createHash('sha256').update(output).digest('hex');
    t.is((await made.run('sha256sum', '/copy')).split(' ')[0], digest);
    digests.add(digest);
  }
  t.is(digests.size, 2);
  await Promise.all(instances.map(({ livepush }) => livepush.cleanupIntermediateContainers()));
});

test('a handle of an older Dockerode does as well', async (t) => {
  t.timeout(300_000);
  const require = createRequire(import.meta.url);
  for (const major of ['dockerode-3', 'dockerode-4']) {
    const made = await pushedContainer(t, {
      dockerfile: [
        'FROM busybox:1.37 AS one',
        'COPY a /a',
        'FROM busybox:1.37',
        'COPY --from=one /a /a',
        'RUN cp /a /b',
        SLEEP,
      ],
      files: { a: 'a1\n' },
    });
    const { livepush, heard } = await made.livepush({ docker: new (require(major))() });
    await made.write('a', 'a2\n');
    await livepush.performLivepush(['a'], []);
    t.deepEqual(
      ended(heard).map(({ outcome, restarted }) => [outcome, restarted]),
      [['done', true]],
      major,
    );
    t.deepEqual(await made.drift(), [], major);
    await livepush.cleanupIntermediateContainers();
    t.is(await helpers(made.id), '', major);
  }
});

test('a thousand pushes leave no listener and no connection behind', async (t) => {
  t.timeout(600_000);
  const made = await pushedContainer(t, {
    dockerfile: ['FROM busybox:1.37', '#dev-cmd-live=sleep 100000', 'COPY a /a'],
    files: { a: '0' },
  });
  const { livepush } = await made.livepush();
  const warnings: Error[] = [];
  const warn = (warning: Error) => warnings.push(warning);
  process.on('warning', warn);
  let done = 0;
  livepush.on('livepushEnd', ({ outcome }) => {
    if (outcome === 'done') done += 1;
  });
  const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const before = { listeners: listeners(), resources: process.getActiveResourcesInfo().length };
  for (let i = 1; i <= 1000; i++) {
    await made.write('a', String(i));
    await livepush.performLivepush(['a'], []);
  }
  t.is(done, 1000);
  t.deepEqual(warnings, []);
  t.is(await made.run('cat', '/a'), '1000');
  t.deepEqual(
    livepush.eventNames().map((name) => livepush.listenerCount(name)),
    [1, 1, 1, 1, 1, 1, 2],
  );
  t.deepEqual(listeners(), before.listeners);
  t.true(process.getActiveResourcesInfo().length < before.resources + 20);
  process.off('warning', warn);
  await livepush.cleanupIntermediateContainers();
});
