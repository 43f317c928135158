import test from 'ava';
import { makeUpProject, until } from '../helpers/up-project.js';

/** Ends unless it is process 1; no look at the image tells. */
const demanding = `BEGIN {
  getline line < "/proc/self/stat"; split(line, field, " ")
  if (field[1] != 1) { print "main: fatal: must be run as pid 1" > "/dev/stderr"; exit 100 }
  while (1) { system("cp /text /served; sleep 1") }
}
`;

test.serial('a program that ends because it is not process 1 gets a container that runs it as that', async (t) => {
  const project = await makeUpProject({
    'compose.yaml': '{"services": {"s": {"build": "app", "stop_grace_period": "0.1s"}}}',
    'app/Dockerfile': 'FROM busybox:1.37\nCOPY main.awk /\nCOPY text /\nCMD ["awk", "-f", "/main.awk"]\n',
    'app/main.awk': demanding,
    'app/text': 'one\n',
  });
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  const served = (text: string) =>
    until(`it to serve ${text}`, async () => ((await project.read('s', '/served')) === text ? text : undefined));
  t.like(await up.wait('rebuildStart'), { service: 's', reason: 'its main process has to be process 1' });
  const told = await up.wait('diagnostic', { where: ({ code }) => code === 'restart-by-container' });
  t.regex(told.message, /it said "main: fatal: must be run as pid 1"/);
  await up.wait('rebuildEnd');
  await served('one\n');
  const since = up.mark();
  project.write('app/text', 'two\n');
  t.is((await up.push('s', since)).outcome, 'done');
  t.like(await up.wait('containerRestart', { since }), { method: 'container' });
  await served('two\n');
});

test.serial('an init behind a link and a script that is found by PATH is never put under a supervisor', async (t) => {
  const script = ['#!/bin/sh', 'echo $$ >/number', 'while :; do sleep 1; done', ''].join('\n');
  const project = await makeUpProject({
    'compose.yaml': '{"services": {"s": {"build": "app", "stop_grace_period": "0.1s"}}}',
    'app/Dockerfile': [
      'FROM busybox:1.37',
      'COPY --chmod=755 init /sbin/init',
      'COPY --chmod=755 start /usr/local/bin/start',
      'RUN ln -s /sbin/init /run-it',
      'ENV PATH=/usr/local/bin:$PATH',
      'ENTRYPOINT ["start"]',
      'CMD ["/run-it"]',
      '',
    ].join('\n'),
    'app/init': script,
    'app/start': '#!/bin/sh\nset -e\nexec "$@"\n',
  });
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  const told = await up.wait('diagnostic', { where: ({ code }) => code === 'restart-by-container' });
  t.regex(told.message, /\/sbin\/init has to be process 1/);
  await until('it to note its number', async () => ((await project.read('s', '/number')) === '1\n' ? true : undefined));
  t.deepEqual(up.all('processExit'), []);
});
