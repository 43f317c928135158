import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeUpProject, until } from '../helpers/up-project.js';

/** Keeps what it has read, and tells when it finds what an earlier process has kept. */
const caching = `#!/bin/sh
cat cache/text >>/found 2>/dev/null
mkdir -p cache
cat text >cache/text
cat text >/served
sleep 1000
`;

for (const restart of ['process', 'container']) {
  test.serial(
    `what a service wants forgotten goes before a restart of its ${restart}, and never below a mount`,
    async (t) => {
      const project = await makeUpProject({
        'compose.yaml': JSON.stringify({
          services: {
            s: {
              build: 'app',
              stop_grace_period: '0.1s',
              volumes: ['./host:/app/host'],
              'x-livepush': { restart, forget: ['cache', 'host/kept', '/linked/kept', 'not/there'] },
            },
          },
        }),
        'app/Dockerfile': [
          'FROM busybox:1.37',
          'WORKDIR /app',
          'RUN ln -s /app/host /linked',
          'COPY --chmod=755 start text ./',
          'CMD ["./start"]',
          '',
        ].join('\n'),
        'app/start': caching,
        'app/text': 'one\n',
        'host/kept': 'kept\n',
      });
      t.teardown(() => project.remove());
      const up = project.up();
      await up.ready();
      const served = (text: string) =>
        until(`it to serve ${text}`, async () => ((await project.read('s', '/served')) === text ? text : undefined));
      await served('one\n');
      const since = up.mark();
      project.write('app/text', 'two\n');
      t.like(await up.push('s', since), { outcome: 'done' });
      t.like(await up.wait('containerRestart', { since }), { method: restart });
      await served('two\n');
      t.is(await project.read('s', '/found'), '');
      t.is(await project.read('s', '/app/cache/text'), 'two\n');
      t.is(readFileSync(join(project.folder, 'host/kept'), 'utf8'), 'kept\n');
      t.is(await up.stop(), 130);
    },
  );
}

test.serial('a path that is too much to forget is told, and passed over', async (t) => {
  const project = await makeUpProject({
    'compose.yaml': '{"services": {"s": {"build": "app", "x-livepush": {"forget": ["../x"]}}}}',
    'app/Dockerfile': 'FROM busybox:1.37\nCOPY text /\n',
    'app/text': 'one\n',
  });
  t.teardown(() => project.remove());
  const up = project.up();
  t.like(await up.wait('diagnostic', { where: ({ code }) => code === 'forget-setting' }), { severity: 'error' });
  await up.ready();
  t.is(await up.stop(), 130);
});
