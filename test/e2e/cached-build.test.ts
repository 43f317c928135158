import test from 'ava';
import { BUILT_BEFORE } from '../../src/engine/unless-built.js';
import { docker } from '../helpers/docker-command.js';
import { makeUpProject, until } from '../helpers/up-project.js';

test.serial('what was built before comes from the build cache, and what was not is replayed', async (t) => {
  const project = await makeUpProject({
    'compose.yaml': '{"services": {"s": {"build": "app", "stop_grace_period": "0.1s"}}}',
    'app/Dockerfile': [
      'FROM busybox:1.37',
      'COPY seconds /',
      // nobody has built this one before
      `RUN sleep "$(cat /seconds)"; cp /seconds /made # ${process.hrtime.bigint()}`,
      'COPY text /',
      'CMD ["sleep", "1000"]',
      '',
    ].join('\n'),
    'app/seconds': '15\n',
    'app/text': 'one\n',
  });
  t.teardown(() => project.remove());
  await docker('build', '--quiet', `${project.folder}/app`);
  project.write('app/seconds', '0\n');
  const up = project.up([], { buildCache: true });
  await up.ready();
  const made = (text: string) =>
    until(`it to have made ${text}`, async () => ((await project.read('s', '/made')) === text ? text : undefined));
  await made('0\n');

  let since = up.mark();
  project.write('app/seconds', '15\n');
  t.like(await up.push('s', since), { outcome: 'nothing' });
  t.is((await up.wait('rebuildStart', { since })).reason, BUILT_BEFORE);
  t.like(await up.wait('rebuildEnd', { since }), { service: 's', ok: true });
  await made('15\n');

  since = up.mark();
  project.write('app/seconds', '9\n');
  t.like(await up.push('s', since), { outcome: 'done' });
  t.is(await project.read('s', '/made'), '9\n');
  t.deepEqual(up.all('rebuildStart', since), []);

  since = up.mark();
  project.write('app/text', 'two\n');
  t.like(await up.push('s', since), { outcome: 'done', commands: [] });
  t.is(await project.read('s', '/text'), 'two\n');
  t.is(await up.stop(), 130);
  t.is(up.stderr, '');
  t.deepEqual((await project.leftovers()).images, []);
});
