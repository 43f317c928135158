import { text } from 'node:stream/consumers';
import test from 'ava';
import type { Container } from '../../src/docker/engine.js';
import { BuildShell } from '../../src/engine/build-container/build-shell.js';
import { openBuildContainer } from '../../src/engine/build-container/open-build-container.js';
import type { StepExec } from '../../src/engine/build-container/step-ahead.js';
import { makeLiveProject } from '../helpers/live-project.js';
import { realEngine, runIn, testLabel } from '../helpers/real-container.js';

const engine = realEngine();

interface Made {
  readonly container: Container;
  readonly shell: BuildShell;
  /** What a step comes to that was started before; undefined where it could not be. */
  readonly ahead: (step: StepExec, between?: () => Promise<unknown>) => Promise<Outcome | undefined>;
}

type Outcome = Awaited<ReturnType<typeof runIn>>;

async function withShell(image: string, run: (made: Made) => Promise<void>): Promise<void> {
  const labels = { [testLabel]: 'steps-ahead' };
  const container = await openBuildContainer(engine, { image, stage: 0, labels, surroundings: {} });
  const shell = new BuildShell(async () => container);
  const ahead: Made['ahead'] = async (step, between) => {
    shell.ahead.expect(step);
    shell.ahead.start();
    await until(async () => (await waiting(container)) > 0);
    await between?.();
    const process = await shell.ahead.go(step);
    if (!process) return undefined;
    const [stdout, stderr, code] = await Promise.all([text(process.stdout), text(process.stderr), process.exit]);
    return { stdout, stderr, code };
  };
  try {
    await run({ container, shell, ahead });
  } finally {
    shell.close();
    await container.remove();
  }
}

async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Shells that wait to become a step. */
const COUNT = `n=0
for at in /proc/[0-9]*; do
  case $(tr '\\0' ' ' <$at/cmdline) in *'exec /usr/bin/en''v -u'*) n=$((n + 1)) ;; esac
done 2>/dev/null
echo $n`;
const waiting = async (container: Container): Promise<number> =>
  Number((await runIn(container, ['sh', '-c', COUNT], { user: '0' })).stdout);

const step = (script: string, more: Partial<StepExec> = {}): StepExec => ({
  ...{ argv: ['/bin/sh', '-c', script], user: '0', workdir: '/tmp', env: ['HOSTNAME', 'A=1'] },
  ...more,
});

const LOOK = `tr '\\0' '\\n' </proc/$$/environ | sort; pwd -P; id; umask; ulimit -a
readlink /proc/$$/fd/0; ls /proc/$$/fd; sed -n 2p /proc/$$/fdinfo/0; cut -d ' ' -f 4,7,8 /proc/$$/stat
grep -E 'Cap|Groups|SigIgn|Seccomp|Umask' /proc/$$/status; wc -c; echo "$0|$#|$*"; echo odd >&2; exit 7`;

for (const image of ['busybox:1.37', 'node:20-bookworm-slim']) {
  test.serial(`a step that was started ahead has the surroundings of any other in ${image}`, async (t) => {
    await withShell(image, async ({ container, ahead }) => {
      const odd = ['a  b', '', '-n', 'line\nbreak\n', `quo'te"s`, '$HOME `id` \\n *', 'ü'];
      const env = [
        'HOSTNAME',
        'PATH=/bin:/usr/bin:/usr/local/bin',
        'EMPTY=',
        'LINES=one\ntwo',
        'QUOTED=a "b" \'c\' $d',
      ];
      for (const user of ['0', 'nobody', '12:34']) {
        const asked = step(LOOK, { argv: ['/bin/sh', '-c', LOOK, ...odd], user, env });
        const plain = await runIn(container, asked.argv, asked);
        t.is(plain.code, 7);
        t.deepEqual(await ahead(asked), plain, user);
      }
    });
  });
}

test.serial('the directory and the program of a step are those of the moment when it begins', async (t) => {
  await withShell('busybox:1.37', async ({ container, ahead }) => {
    const change = (script: string) => () => runIn(container, ['sh', '-c', script]);
    await change('mkdir /place; cp /bin/sh /place/sh')();
    const asked = step('ls; echo ran >>/ran', { workdir: '/place', argv: ['/place/sh', '-c', 'ls; echo ran >>/ran'] });
    const anew = await ahead(asked, change('rm -r /place; mkdir /place; cp /bin/sh /place/sh; : >/place/new'));
    t.is(anew?.stdout, 'new\nsh\n');
    t.is(await ahead(asked, change('rm /place/sh')), undefined);
    t.is(await ahead(asked, change('rm -r /place')), undefined);
    t.is((await runIn(container, ['cat', '/ran'])).stdout, 'ran\n');
  });
});

test.serial('a step does not begin for a user that is another one by now', async (t) => {
  await withShell('busybox:1.37', async ({ container, ahead }) => {
    await runIn(container, ['sh', '-c', 'echo someone:x:5:5::/first:/bin/sh >>/etc/passwd']);
    const asked = step('echo $HOME >>/tmp/ran', { user: 'someone' });
    const moved = () => runIn(container, ['sed', '-i', 's:/first:/second:', '/etc/passwd']);
    t.is(await ahead(asked, moved), undefined);
    t.is((await ahead(asked))?.code, 0);
    t.is((await runIn(container, ['cat', '/tmp/ran'])).stdout, '/second\n');
  });
});

test.serial('where an image or an environment does not allow it, no step is started ahead', async (t) => {
  await withShell('busybox:1.37', async ({ container, shell }) => {
    const tryOut = async (asked: StepExec) => {
      shell.ahead.expect(asked);
      shell.ahead.start();
      return shell.ahead.go(asked);
    };
    t.truthy(await tryOut(step('true')));
    for (const name of ['PWD', 'go', 'who']) t.is(await tryOut(step('true', { env: [`${name}=/x`] })), undefined, name);
    t.is(await tryOut(step('true', { user: 'nobody-there' })), undefined);
    await runIn(container, ['rm', '/usr/bin/env']);
    t.is(await tryOut(step('true')), undefined);
    t.is(await waiting(container), 0);
  });
});

test.serial('what was started for another step is ended before that runs, and with all else', async (t) => {
  await withShell('busybox:1.37', async ({ container, shell }) => {
    const start = async () => {
      shell.ahead.expect(step('echo one'));
      shell.ahead.expect(step('echo two'));
      shell.ahead.start();
      await until(async () => (await waiting(container)) === 1);
    };
    for (const other of [step('echo two'), step('echo one', { user: '1' }), step('echo one', { env: ['A=2'] })]) {
      await start();
      t.is(await shell.ahead.go(other), undefined);
      t.is(await waiting(container), 0);
    }
    await start();
    await shell.endAll();
    t.is(await waiting(container), 0);
    t.is(await shell.ahead.go(step('echo one')), undefined);
    await start();
    shell.close();
    await until(async () => (await waiting(container)) === 0);
    t.pass();
  });
});

test.serial(
  'pushes that begin with the same step run it once each, and no value of theirs is an argument',
  async (t) => {
    t.timeout(120_000);
    const project = await makeLiveProject({
      'compose.yaml': JSON.stringify({
        services: { web: { build: { context: '.', args: { TOKEN: 'tok-4711' } }, init: true } },
      }),
      Dockerfile: [
        ...['FROM busybox:1.37', 'ARG TOKEN', 'WORKDIR /app', 'COPY a .'],
        ...['# livepush-check ignore=run-not-repeatable', 'RUN cat a >>all; echo $TOKEN | wc -c >>all', 'RUN ps >/ps'],
        'CMD ["sleep", "100000"]',
      ].join('\n'),
      a: '0\n',
    });
    t.teardown(() => project.remove());
    project.start();
    await project.ready();
    let made = '0\n9\n';
    for (const text of ['1\n', '2\n', '3\n']) {
      const end = project.nextPush('web');
      await project.write('a', text);
      t.is((await end).outcome, 'done');
      await project.settled('web');
      made += `${text}9\n`;
      const web = await project.container('web');
      t.is((await runIn(web, ['cat', '/app/all'])).stdout, made);
      t.notRegex((await runIn(web, ['cat', '/ps'])).stdout, /cat a/);
      const all = await project.engine.listContainers([`docker-livepush=${project.name}`, 'docker-livepush.stage']);
      const helpers = all.filter(({ state }) => state === 'running');
      const processes = async () =>
        Promise.all(helpers.map(async ({ id }) => (await runIn(project.engine.container(id), ['ps'])).stdout));
      await until(async () => (await processes()).some((list) => /env -u.*cat a/s.test(list)));
      t.false((await processes()).some((list) => list.includes('tok-4711') || list.includes('ps >')));
    }
  },
);
