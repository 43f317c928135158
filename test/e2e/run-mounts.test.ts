import test from 'ava';
import { next, pushedContainer } from '../helpers/pushed-container.js';

const SLEEP = 'CMD ["sleep", "100000"]';
const MOUNT = 'RUN --mount=type=bind,source=list,target=list';

test('a mount that hides a file leaves no folder of its own behind, however its step ends', async (t) => {
  t.timeout(120_000);
  const made = await pushedContainer(t, {
    dockerfile: ['FROM busybox:1.37', 'WORKDIR /app', 'COPY . .', `${MOUNT} sh ./step`, SLEEP],
    files: { list: 'one\n', step: 'cat list >/made' },
  });
  const { livepush } = await made.livepush();
  t.teardown(() => livepush.cleanupIntermediateContainers());
  const before = await made.run('find', '/run', '/app');

  await made.write('list', 'two\n');
  await livepush.performLivepush(['list'], []);
  t.is(await made.run('cat', '/made'), 'two\n');
  t.is(await made.run('find', '/run', '/app'), before);

  await made.write('step', 'exit 3');
  await livepush.performLivepush(['step'], []);
  t.is(await made.run('find', '/run', '/app'), before, 'after a failure');

  await made.write('step', 'sleep 1234');
  const running = next(livepush, 'commandExecute');
  const cancelled = livepush.performLivepush(['step'], []);
  await running;
  await livepush.cancel();
  await cancelled;
  t.is(await made.run('find', '/run', '/app'), before, 'after a cancelled step');
});

test("a folder of the image's own stays, and so does a cache", async (t) => {
  t.timeout(120_000);
  const made = await pushedContainer(t, {
    dockerfile: [
      ...['FROM busybox:1.37', 'RUN mkdir -p /run/docker-livepush', 'WORKDIR /app', 'COPY . .'],
      ...[`${MOUNT} cat list >/made`, 'RUN --mount=type=cache,target=/cache cat list >>/cache/log', SLEEP],
    ],
    files: { list: 'one\n' },
  });
  const { livepush } = await made.livepush();
  t.teardown(() => livepush.cleanupIntermediateContainers());

  await made.write('list', 'two\n');
  await livepush.performLivepush(['list'], []);
  t.is(await made.run('ls', '/run/docker-livepush'), 'cache\n');
});

test('a mount of the container at a mount of a step calls for a build, before anything is touched', async (t) => {
  t.timeout(120_000);
  for (const destination of ['/cache', '/cache/deep', '/']) {
    const made = await pushedContainer(t, {
      dockerfile: [
        ...['FROM busybox:1.37', 'WORKDIR /app', 'COPY . .'],
        ...['RUN --mount=type=cache,target=/cache/deep/er cat list >/made', SLEEP],
      ],
      files: { list: 'one\n' },
      ...(destination !== '/' && { run: ['--tmpfs', destination] }),
    });
    const { livepush } = await made.livepush();
    t.teardown(() => livepush.cleanupIntermediateContainers());
    await made.write('list', 'two\n');
    const pushed = livepush.performLivepush(['list'], []);
    if (destination === '/') {
      await pushed;
      t.is(await made.run('cat', '/made'), 'two\n');
    } else {
      await t.throwsAsync(pushed, { name: 'RebuildRequiredError', message: /mount at \/cache/ });
      t.is(await made.run('cat', '/app/list'), 'one\n');
    }
  }
});
