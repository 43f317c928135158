import test from 'ava';
import { makeUpProject } from '../helpers/up-project.js';

test('what git writes for itself is no reason for a push, and goes with the next one; what a step names is', async (t) => {
  const project = await makeUpProject({
    'compose.yaml': JSON.stringify({
      services: {
        all: { build: 'app', init: true },
        head: { build: { context: 'app', dockerfile: 'head' }, init: true },
      },
    }),
    'app/Dockerfile': 'FROM busybox:1.37\nCOPY . /app/\nCMD ["sleep", "1000"]\n',
    'app/head': 'FROM busybox:1.37\nCOPY .git/HEAD /head\nCMD ["sleep", "1000"]\n',
    'app/.git/HEAD': 'one\n',
    'app/f': 'one\n',
  });
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  const since = up.mark();
  project.write('app/.git/HEAD', 'two\n');
  t.is((await up.push('head', since)).outcome, 'done');
  project.write('app/f', 'two\n');
  const { start } = await up.push('all', since);
  t.deepEqual([start.push, ...start.changed.toSorted()], [1, '.git/HEAD', 'f']);
  t.is(await project.read('all', '/app/.git/HEAD'), 'two\n');
  t.is(await project.read('head', '/head'), 'two\n');
});

test('what a service with `attach: false` prints is not shown', async (t) => {
  const says = (word: string) => `FROM busybox:1.37\nCMD ["sh", "-c", "echo ${word}; sleep 1000"]\n`;
  const project = await makeUpProject({
    'compose.yaml': JSON.stringify({
      services: { loud: { build: 'loud', init: true }, still: { build: 'still', init: true, attach: false } },
    }),
    'loud/Dockerfile': says('heard'),
    'still/Dockerfile': says('unheard'),
  });
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  await up.logLine('loud', /heard/, 0);
  const later = up.mark();
  await (await project.container('still')).restart();
  await (await project.container('loud')).restart();
  await up.logLine('loud', /heard/, later);
  t.deepEqual(
    up.all('log').filter(({ service }) => service === 'still'),
    [],
  );
});

test('a file that a service writes into its own build context after every push is named, and pushed less often', async (t) => {
  const writes = 'trap "exit 0" TERM; date >>/log/app.log; while :; do sleep 0.1; done';
  const project = await makeUpProject({
    'compose.yaml': JSON.stringify({
      services: { s: { build: 'app', volumes: ['./app/log:/log'], stop_grace_period: '1s' } },
    }),
    'app/Dockerfile': `FROM busybox:1.37\nCOPY . /app/\nCMD ["sh", "-c", ${JSON.stringify(writes)}]\n`,
    'app/log/keep': '',
    'app/f': 'one\n',
  });
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  project.write('app/f', 'two\n');
  const told = await up.wait('diagnostic', { where: ({ code }) => code === 'push-loop' });
  t.regex(told.message, /^log\/app\.log changes again and again/);
  const since = up.mark();
  project.write('app/f', 'three\n');
  const { start } = await up.push('s', since);
  t.true(start.changed.includes('f'));
  t.is(await project.read('s', '/app/f'), 'three\n');
});
