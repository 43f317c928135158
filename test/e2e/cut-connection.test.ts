import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { cleanFileSystem } from '../helpers/clean-build.js';
import { EngineProxy } from '../helpers/engine-proxy.js';
import { differences, type FileSystem, readFileSystem } from '../helpers/file-system.js';
import type { UpProcess } from '../helpers/up-process.js';
import { makeUpProject, type UpProject, until } from '../helpers/up-project.js';

const SECRET = 'tok-4711-of-nobody';
/** A step with every kind of mount, that waits where it is asked to. */
const step = [
  'RUN --mount=type=secret,id=token,target=/deep/er/token --mount=type=bind,source=src,target=/bound/in',
  '--mount=type=tmpfs,target=/scratch --mount=type=cache,target=/cached',
  'wc -c </deep/er/token >/made && cat /bound/in/a >>/made && touch /scratch/x /cached/x',
  '&& if grep -q wait /src/a; then echo begun; sleep 600; fi',
].join(' ');
const dockerfile = ['FROM busybox:1.37', 'COPY src /src', step, 'COPY late /late', 'CMD ["sleep", "600"]', ''].join(
  '\n',
);
const compose = {
  services: { web: { build: { context: './app', secrets: ['token'] }, init: true, stop_grace_period: '1s' } },
  secrets: { token: { file: './token.txt' } },
};

async function started(t: ExecutionContext): Promise<{ made: UpProject; up: UpProcess; proxy: EngineProxy }> {
  t.timeout(300_000);
  const proxy = await EngineProxy.start();
  t.teardown(() => proxy.stop());
  const made = await makeUpProject({
    ...{ 'compose.yaml': JSON.stringify(compose), 'token.txt': SECRET, 'app/Dockerfile': dockerfile },
    ...{ 'app/src/a': 'one\n', 'app/late/a': 'one\n' },
  });
  t.teardown(() => made.remove());
  const up = made.up([], { env: { DOCKER_HOST: proxy.address } });
  await up.ready();
  return { made, up, proxy };
}

const systemOf = async (made: UpProject): Promise<FileSystem> => readFileSystem(await made.container('web'));

/** How the container differs from a clean build of the files as they are. */
async function wrong(made: UpProject): Promise<string[]> {
  const flags = ['--secret', `id=token,src=${join(made.folder, 'token.txt')}`];
  const expected = await cleanFileSystem(made.engine, { context: join(made.folder, 'app'), dockerfile, flags });
  return differences(expected, await systemOf(made));
}

/** Resolves when the container has the content; a push that begins again of itself may end before the edit is seen. */
async function landed(made: UpProject, path: string, content: string): Promise<void> {
  const inContainer = path.replace('app/', '/');
  await until(`${inContainer} to be landed`, async () => {
    const isThere = (await made.read('web', inContainer).catch(() => undefined)) === content;
    return isThere || undefined;
  });
}

test('a connection that breaks in a step leaves the container as it was, and nothing of the step stays', async (t) => {
  const { made, up, proxy } = await started(t);
  const before = await systemOf(made);
  let since = up.mark();
  made.write('app/src/a', 'wait\n');
  await up.wait('commandOutput', { since, where: ({ data }) => data.includes('begun') });
  proxy.cut();
  t.is((await up.push('web', since)).outcome, 'failed');
  await up.wait('diagnostic', { since, where: ({ code }) => code === 'engine-lost' });
  t.deepEqual(differences(before, await systemOf(made)), []);
  made.write('app/src/a', 'two\n');
  since = up.mark();
  proxy.mend();
  await up.wait('diagnostic', { since, where: ({ code }) => code === 'engine-back' });
  await up.wait('livepushEnd', { since, where: ({ outcome }) => outcome === 'done' });
  await up.settled('web');
  t.deepEqual(await wrong(made), []);
  t.false([...up.events.map((event) => JSON.stringify(event)), up.stderr].join('\n').includes(SECRET));
});

test('a connection that breaks anywhere in a push is seen to by the next save', async (t) => {
  const { made, up, proxy } = await started(t);
  const moments = ['livepushStart', 'commandExecute', 'commandReturn', 'filesCopied', 'containerRestartStart'] as const;
  for (const path of ['app/src/a', 'app/late/a']) {
    for (const [index, moment] of moments.entries()) {
      if (path === 'app/late/a' && moment.startsWith('command')) continue;
      let since = up.mark();
      made.write(path, `${index} ${moment}\n`);
      await up.wait(moment, { since });
      proxy.cut();
      await up.wait('livepushEnd', { since });
      await up.wait('diagnostic', { since, where: ({ code }) => code === 'engine-lost' });
      since = up.mark();
      proxy.mend();
      await up.wait('diagnostic', { since, where: ({ code }) => code === 'engine-back' });
      const again = `${index} ${moment} again\n`;
      made.write(path, again);
      await landed(made, path, again);
      await up.settled('web');
      t.deepEqual(await wrong(made), [], `${path}, cut at ${moment}`);
    }
  }
});
