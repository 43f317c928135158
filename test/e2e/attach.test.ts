import test, { type ExecutionContext } from 'ava';
import { docker } from '../helpers/docker-command.js';
import { runIn } from '../helpers/real-container.js';
import { makeUpProject, nothing, type UpProject } from '../helpers/up-project.js';

/** No directives: what `docker compose up` runs can be pushed to. The RUN step makes what a push must leave alone. */
const plain = `FROM busybox:1.37
WORKDIR /app
COPY config.ini ./
RUN cp config.ini made.ini && mkdir -p src && echo made > src/made
COPY src/ src/
COPY --chmod=755 bin/* /usr/local/bin/
CMD ["sleep", "600"]
`;

const files = {
  Dockerfile: plain,
  'compose.yaml': 'services: {web: {build: ., init: true, stop_grace_period: 1s}}\n',
  'config.ini': 'one\n',
  'src/a': 'a\n',
  'src/b': 'b\n',
  'src/gone': 'gone\n',
  'src/same-size': 'xxx\n',
  'src/deep/c': 'c\n',
  'src/old/d': 'd\n',
  'bin/tool': '#!/bin/sh\n',
  'bin/gone': '#!/bin/sh\n',
};

async function started(t: ExecutionContext, some: Readonly<Record<string, string>>): Promise<UpProject> {
  const made = await makeUpProject(some);
  t.teardown(() => made.remove());
  await compose(made, 'up', '--detach', '--build', '--quiet-pull');
  return made;
}

async function compose(made: UpProject, ...args: string[]): Promise<void> {
  const { code, stderr } = await docker('compose', '--project-directory', made.folder, '-p', made.name, ...args);
  if (code !== 0) throw new Error(stderr);
}

/** Everything below some directories of a container: names, modes, contents. */
async function contents(made: UpProject): Promise<string> {
  const script =
    'find /app /usr/local/bin | sort | while read f; do stat -c "%A %u %n" "$f"; [ -f "$f" ] && cat "$f"; done';
  return (await runIn(await made.container('web'), ['sh', '-c', script])).stdout;
}

test('what was edited since the project was built is pushed once, by watch and by push, and nothing else', async (t) => {
  const made = await started(t, files);
  const [before] = await made.lives('web');
  // What the service itself does is no edit.
  await runIn(await made.container('web'), ['sh', '-c', 'echo runtime >> /app/src/b; echo log > /app/src/log']);

  const idle = made.run('push');
  t.is(await idle.ended(), 0, idle.stderr);
  t.deepEqual(idle.all('livepushStart'), []);
  t.deepEqual((await made.lives('web'))[0], before);

  made.write('src/a', 'edited\n');
  made.write('src/same-size', 'yyy\n');
  made.write('src/deep/new/e', 'e\n');
  for (const path of ['src/gone', 'src/old', 'bin/gone']) made.delete(path);
  const one = made.run('push', ['src/a']);
  t.is(await one.ended(), 0, one.stderr);
  t.like(one.all('livepushStart'), [{ changed: ['src/a'], deleted: [] }]);
  t.is(await made.read('web', '/app/src/a'), 'edited\n');
  t.is(await made.read('web', '/app/src/gone'), 'gone\n');
  const unknown = made.run('push', ['src/no', 'src/a']);
  t.is(await unknown.ended(), 0, unknown.stderr);
  const told = unknown.all('diagnostic').filter(({ code }) => code === 'path-unknown');
  t.regex(told.map(({ message }) => message).join('\n'), /^\S+src\/no is not there, .*$/);
  t.deepEqual(unknown.all('livepushStart'), []);
  await made.forget();

  const watch = made.run('watch');
  await watch.ready();
  const { start, outcome } = await watch.push('web', 0);
  t.is(outcome, 'done');
  t.deepEqual([...start.changed].sort(), ['src/deep/new', 'src/deep/new/e', 'src/same-size']);
  t.deepEqual([...start.deleted].sort(), ['bin/gone', 'src/gone', 'src/old']);
  t.is(await made.read('web', '/app/src/b'), 'b\nruntime\n');
  await runIn(await made.container('web'), ['sh', '-c', 'rm /app/src/log; echo b > /app/src/b']);

  const held = made.run('push');
  t.is(await held.ended(), 1);
  t.like(held.all('diagnostic').at(-1), { code: 'project-held' });
  t.regex(held.stderr, new RegExp(`docker livepush watch., process ${watch.pid}`));

  const since = watch.mark();
  made.write('config.ini', 'two\n');
  t.is((await watch.push('web', since)).outcome, 'done');
  t.is(await watch.stop(), 130);
  t.deepEqual(await made.leftovers(), { ...nothing, running: [`${made.name}-web-1`] });
  const pushed = await contents(made);
  await compose(made, 'up', '--detach', '--build');
  t.is(pushed, await contents(made));

  const down = made.run('down', ['--timeout', '1']);
  t.is(await down.ended(), 0, down.stderr);
  t.deepEqual(await made.leftovers(), nothing);
  t.deepEqual(await made.engine.listContainers([`com.docker.compose.project=${made.name}`]), []);
});

/** Two stages and directives: sources that only an earlier stage has, and a live image. */
const live = `FROM busybox:1.37 AS build
WORKDIR /build
COPY src/ src/
RUN cat src/* > out
FROM busybox:1.37
COPY --from=build /build/out /srv/out
COPY page /srv/
RUN sed -i s/draft/final/ /srv/page
#dev-cmd-live=["sleep", "600"]
CMD ["sleep", "601"]
`;

test('what a session with --keep left is compared stage by stage, and an ordinary image is no live one', async (t) => {
  const made = await started(t, {
    Dockerfile: live,
    'compose.yaml': `services: {web: {build: ., init: true}, other: {image: "busybox:1.37", command: sleep 600, init: true}}\n`,
    'src/a': 'a\n',
    page: 'draft\n',
  });
  const refused = made.run('watch');
  t.is(await refused.ended(), 1);
  t.like(
    refused.all('diagnostic').find(({ code }) => code === 'not-live'),
    { service: 'web', severity: 'warning' },
  );
  t.regex(refused.stderr, /no container that can be pushed to/);

  const up = made.up(['--keep']);
  await up.ready();
  t.is(await up.stop(), 130);
  const [before] = await made.lives('web');
  const idle = made.run('push');
  t.is(await idle.ended(), 0, idle.stderr);
  t.deepEqual(idle.all('livepushStart'), []);
  t.deepEqual((await made.lives('web'))[0], before);

  made.write('src/b', 'b\n');
  const plan = made.run('push', ['--dry-run']);
  t.is(await plan.ended(), 0);
  t.is(await made.read('web', '/srv/out'), 'a\n');
  const push = made.run('push');
  t.is(await push.ended(), 0, push.stderr);
  t.like(push.all('livepushEnd'), [{ outcome: 'done' }]);
  t.is(await made.read('web', '/srv/out'), 'a\nb\n');
  t.is(await made.read('web', '/srv/page'), 'final\n');
  const again = made.run('push');
  t.is(await again.ended(), 0, again.stderr);
  t.deepEqual(again.all('livepushStart'), []);

  made.delete('src/b');
  const deleted = made.run('push');
  t.is(await deleted.ended(), 0, deleted.stderr);
  t.like(deleted.all('livepushStart'), [{ changed: [], deleted: ['src/b'] }]);
  t.is(await made.read('web', '/srv/out'), 'a\n');

  made.write('Dockerfile', live.replace('RUN sed', 'ENV NEW=1\nRUN sed'));
  const rebuilt = made.run('push');
  t.is(await rebuilt.ended(), 0, rebuilt.stderr);
  t.like(rebuilt.all('rebuildEnd'), [{ service: 'web', ok: true }]);
  const { env } = await (await made.container('web')).inspect();
  t.true(env.includes('NEW=1'));
});

test('a container made of an older image gets what was edited since: one made anew, one more, one of up --no-build', async (t) => {
  const made = await started(t, files);
  const push = made.run('push');
  t.is(await push.ended(), 0, push.stderr);
  made.write('src/a', 'before\n');
  made.write('config.ini', 'before\n');
  made.delete('src/gone');
  const pushed = made.run('push');
  t.is(await pushed.ended(), 0, pushed.stderr);

  const watch = made.run('watch');
  await watch.ready();
  t.deepEqual(watch.all('livepushStart'), []);
  let since = watch.mark();
  made.write('src/b', 'during\n');
  await watch.push('web', since);

  const [old] = await made.containers('web');
  since = watch.mark();
  await compose(made, 'up', '--detach', '--no-build', '--force-recreate', '--scale', 'web=2');
  const containers = await made.containers('web');
  t.is(containers.length, 2);
  for (const container of containers) {
    t.not(container.id, old?.id);
    await watch.wait('containerRestart', { since, where: ({ containerId }) => containerId === container.id });
    const held = await runIn(container, ['sh', '-c', 'cat src/a src/b config.ini made.ini; ls src']);
    t.is(held.stdout, 'before\nduring\nbefore\nbefore\na\nb\ndeep\nmade\nold\nsame-size\n');
  }
  t.is(await watch.stop(), 130);

  const up = made.up(['--no-build']);
  await up.ready();
  const { start, outcome } = await up.push('web', 0);
  t.is(outcome, 'done');
  t.deepEqual([[...start.changed].sort(), start.deleted], [['config.ini', 'src/a', 'src/b'], ['src/gone']]);
  t.is(await made.read('web', '/app/made.ini'), 'before\n');
  t.is(await up.stop(), 130);
});

test('what was edited before the session, and is read by two stages, goes through the steps of both', async (t) => {
  const made = await started(t, {
    'compose.yaml': files['compose.yaml'],
    Dockerfile: [
      ...['FROM busybox:1.37 AS make', 'COPY src /src', 'RUN cat /src/a >/made'],
      ...['FROM busybox:1.37', 'COPY src /src', 'RUN cat /src/a >/own', 'COPY --from=make /made /made', ''],
      ...['CMD ["sleep", "600"]', ''],
    ].join('\n'),
    'src/a': 'one\n',
  });
  made.write('src/a', 'two\n');
  const push = made.run('push');
  t.is(await push.ended(), 0, push.stderr);
  const { stdout } = await runIn(await made.container('web'), ['cat', '/src/a', '/own', '/made']);
  t.is(stdout, 'two\ntwo\ntwo\n');
});
