import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import type { Container } from '../../src/docker/engine.js';
import { readText } from '../../src/docker/read-text.js';
import { supervised } from '../../src/engine/supervisor/supervised.js';
import { SupervisorLink } from '../../src/engine/supervisor/supervisor-link.js';
import { LINK } from '../../src/engine/supervisor/supervisor-script.js';
import { docker } from '../helpers/docker-command.js';
import { realEngine, runIn, testLabel } from '../helpers/real-container.js';
import { until } from '../helpers/up-project.js';

const engine = realEngine();
test.after.always(() => engine.close());

interface Supervised {
  readonly container: Container;
  readonly link: SupervisorLink;
  /** Exit codes of main processes that ended by themselves. */
  readonly exits: number[];
  /** All that was printed so far. */
  readonly logs: () => Promise<string>;
}

/** A container with a shell script as its supervised main process, and a line to it; removed at the end of the test. */
async function start(
  t: ExecutionContext,
  { image, options = [], script }: { image: string; options?: readonly string[]; script: string },
): Promise<Supervised> {
  const { entrypoint, command } = supervised(['sh', '-c', script], 15);
  const [program = '', ...first] = entrypoint;
  const args = ['--label', testLabel, ...options, '--entrypoint', program, image, ...first, ...command];
  const { stdout, stderr } = await docker('run', '-d', ...args);
  const container = engine.container(stdout.trim());
  t.teardown(() => container.remove());
  t.is(stderr, '');
  const exits: number[] = [];
  const link = new SupervisorLink({ container: async () => container, onExit: ({ code }) => exits.push(code) });
  t.teardown(() => link.close());
  const logs = async () => {
    const printed = await docker('logs', container.id);
    return printed.stdout + printed.stderr;
  };
  return { container, link, exits, logs };
}

/** The lines of a log in which a word stands. */
const linesWith = async (logs: () => Promise<string>, word: string): Promise<string[]> =>
  (await logs()).split('\n').filter((line) => line.includes(word));

const printed = (logs: () => Promise<string>, word: string, times = 1): Promise<string[]> =>
  until(`${times} times ${word} in the log`, async () => {
    const lines = await linesWith(logs, word);
    return lines.length >= times ? lines : undefined;
  });

/** What runs in a container: the command lines of its processes. */
async function processes(container: Container): Promise<string[]> {
  const list = 'for p in /proc/[0-9]*; do echo "$(head -n 1 "$p/cmdline" 2>/dev/null | tr "\\0" " ")"; done';
  return (await runIn(container, ['sh', '-c', list], { user: '0' })).stdout.split('\n').map((line) => line.trim());
}

/** Processes that have ended and that nobody has waited for, by number and start time. */
async function zombies(container: Container): Promise<string[]> {
  const { stdout } = await runIn(container, ['sh', '-c', 'cat /proc/[0-9]*/stat 2>/dev/null'], { user: '0' });
  return stdout.split('\n').flatMap((line) => {
    const [state, ...rest] = line.replace(/^.*\) /, '').split(' ');
    return state === 'Z' ? [`${line.split(' ')[0]} ${rest[18]}`] : [];
  });
}

/** Throws where a zombie stays. What a script waits for with `sleep` is one for a moment whenever that ends. */
async function allAreWaitedFor(container: Container): Promise<void> {
  const seen = await zombies(container);
  await until(`${seen} to be waited for`, async () => {
    const now = await zombies(container);
    return now.some((each) => seen.includes(each)) ? undefined : true;
  });
}

/** Says all that a main process may ask of its surroundings, then waits; leaves processes behind of both kinds. */
const selfish = `
echo "self $(id -u) $(pwd) [$ODD] $(tr '\\0' '\\n' </proc/$$/environ | grep -c .)"
ls -x /proc/self/fd
grep SigIgn /proc/self/status
(sleep 7001 &)
sleep 7002 &
trap 'echo told; exit 0' TERM
for name in HUP INT QUIT USR1 USR2; do trap "echo got $name" $name; done
echo up
while :; do sleep 0.1; done`;

const images = ['busybox:1.37', 'debian:bookworm-slim'];
const users = [
  { how: 'as root', options: [] },
  { how: 'as another user, under an init', options: ['--init', '--user', '1234:1234'] },
];

for (const image of images) {
  for (const { how, options } of users) {
    test(`${image} ${how}: the next run is like the first, and nothing is left of that`, async (t) => {
      const odd = 'a "b" $c \'d\'\nrest';
      const environment = ['--workdir', '/tmp', '--env', `ODD=${odd}`];
      const { container, link, exits, logs } = await start(t, {
        image,
        options: [...options, ...environment],
        script: selfish,
      });
      t.true(await link.open());
      await printed(logs, 'up');
      const session = await container.exec({ argv: ['sh', '-c', 'echo here; sleep 7003 & wait'], user: '0' });
      await once(createInterface({ input: session.stdout }), 'line');

      t.true(await link.restart(20_000));
      await printed(logs, 'up', 2);
      const [first, second] = (await logs()).split(/^self/m).slice(1);
      t.is(second?.replace(/told\n/, ''), first?.replace(/told\n/, ''));
      t.regex(first ?? '', /^ (0|1234) \/tmp \[a "b" \$c 'd'\nrest\] \d+\n0\s+1\s+2\s+3\s+SigIgn:\s*0+\n/);
      t.is((await linesWith(logs, 'told')).length, 1);
      const commands = await processes(container);
      for (const left of ['sleep 7001', 'sleep 7002', 'sleep 7003']) {
        t.is(commands.filter((command) => command === left).length, 1, left);
      }
      await allAreWaitedFor(container);
      session.destroy();

      for (const signal of ['HUP', 'INT', 'QUIT', 'USR1', 'USR2']) {
        await docker('kill', '--signal', signal, container.id);
        await printed(logs, `got ${signal}`);
      }
      t.deepEqual(exits, []);
      await docker('stop', '--time', '60', container.id);
      t.like(await container.inspect(), { running: false, exitCode: 0 });
      t.is((await linesWith(logs, 'told')).length, 2);
    });
  }

  test(`${image}: a process that crashes leaves its container, and the next restart starts it`, async (t) => {
    const script = 'echo boot; [ -f /fixed ] || exit 3; trap "exit 7" TERM; while :; do sleep 0.1; done';
    const { container, link, exits, logs } = await start(t, { image, script });
    t.true(await link.open());
    await until('the crash to be told', () => exits[0]);
    t.deepEqual(link.exit, { code: 3 });
    t.true((await container.inspect()).running);
    t.true(await link.restart(20_000));
    await until('the second crash to be told', () => exits[1]);
    await runIn(container, ['touch', '/fixed']);
    t.true(await link.restart(20_000));
    await printed(logs, 'boot', 3);
    t.is(link.exit, undefined);
    t.deepEqual(exits, [3, 3]);
    // the exit code is that of the process, whoever restarts the container
    await docker('restart', '--time', '60', container.id);
    await printed(logs, 'boot', 4);
    t.true(await link.restart(20_000));
    await printed(logs, 'boot', 5);
    await docker('stop', '--time', '60', container.id);
    t.like(await container.inspect(), { running: false, exitCode: 7 });
  });

  test(`${image}: what others write to the outputs of process 1 reaches the log by the right one, and nothing else does`, async (t) => {
    const write = 'echo $1-out >/proc/1/fd/1; echo $1-err >/proc/1/fd/2';
    const script = `sh -c '${write}' sh main; trap 'exit 0' TERM; echo begun; while :; do sleep 0.1; done`;
    const { container, link, logs } = await start(t, { image, script });
    await printed(logs, 'begun');
    t.true(await link.restart(5_000));
    await printed(logs, 'begun', 2);
    await runIn(container, ['sh', '-c', write, 'sh', 'job']);
    await printed(logs, 'job-err');
    const { stdout, stderr } = await docker('logs', container.id);
    t.deepEqual(stdout.split('\n'), ['main-out', 'begun', 'main-out', 'begun', 'job-out', '']);
    t.deepEqual(stderr.split('\n'), ['main-err', 'main-err', 'job-err', '']);
  });

  test(`${image}: requests at any moment end nothing but the main process`, async (t) => {
    const { container, link, logs } = await start(t, { image, script: 'echo begun; exec sleep 4321' });
    await printed(logs, 'begun');
    const others = await container.exec({ argv: ['/bin/sh', '-c', LINK], workdir: '/', stdin: true });
    t.teardown(() => others.destroy());
    await new Promise<void>((resolve) => {
      let rounds = 0;
      const ask = (): void => void others.stdin.write('restart\n');
      createInterface({ input: others.stdout }).on('line', (line) => {
        // the next one comes while the one before is carried out
        if (line.startsWith('stopping')) ask();
        if (line.startsWith('running') && rounds++ < 30) ask();
        else if (rounds > 30) resolve();
      });
    });
    others.stdin.end();
    t.true(await link.restart(5_000));
    const left = await until('one main process', async () => {
      const all = (await processes(container)).filter((line) => line.startsWith('sleep '));
      return all.filter((line) => line === 'sleep 4321').length === 1 ? all : undefined;
    });
    t.deepEqual(left, ['sleep 4321']);
  });

  test(`${image}: a process that is done ends its container, one that will not be is killed`, async (t) => {
    const script = 'read -r word; echo "read $word"; trap "" TERM; while [ ! -f /done ]; do sleep 0.1; done';
    const options = ['--interactive'];
    const { container, link, logs } = await start(t, { image, options, script: `echo begun; ${script}` });
    t.true(await link.open());
    await printed(logs, 'begun');
    // it waits for its input, which is a pipe and not /dev/null: TERM has its default effect
    t.is((await linesWith(logs, 'read')).length, 0);
    t.true(await link.restart(20_000));
    await printed(logs, 'begun', 2);
    const input = await runIn(container, ['sh', '-c', 'echo hello >/proc/1/fd/0; echo $?']);
    t.is(input.stdout, '0\n');
    await printed(logs, 'read hello');
    t.true(await link.restart(100));
    await printed(logs, 'begun', 3);
    await runIn(container, ['sh', '-c', 'touch /done; echo more >/proc/1/fd/0']);
    await container.waitExit();
    t.is((await container.inspect()).exitCode, 0);
  });
}

test('a shell that cannot supervise becomes the main process', async (t) => {
  const tools = 'mkdir /t && cd /t && for f in sh sleep cat echo; do ln -s "$(command -v $f)" $f; done';
  const { stdout } = await docker('run', '-d', '--label', testLabel, 'debian:bookworm-slim', 'sh', '-c', tools);
  const made = engine.container(stdout.trim());
  t.teardown(() => made.remove());
  await made.waitExit();
  const image = `livepush-test-${process.pid}`;
  await docker('commit', '--change', 'ENV PATH=/t', made.id, image);
  t.teardown(() => engine.removeImage(image));
  const { container, link } = await start(t, { image, script: 'trap "exit 4" TERM; sleep 600 & wait' });
  t.false(await link.open());
  t.false(await link.restart(1_000));
  t.deepEqual([link.tellAbsence(), link.tellAbsence()], [true, false], 'it is told once');
  const name = await readText(container, '/proc/1/cmdline').catch(() => undefined);
  t.is(name, undefined);
  await docker('stop', '--time', '60', container.id);
  t.is((await container.inspect()).exitCode, 4);
});

test('reports that a link reads which is about to end are asked for again', async (t) => {
  const image = 'busybox:1.37';
  const { container, link, logs } = await start(t, { image, script: 'echo up; while :; do sleep 0.1; done' });
  await printed(logs, 'up');
  const other = await container.exec({ argv: ['/bin/sh', '-c', LINK], workdir: '/', stdin: true });
  t.teardown(() => other.destroy());
  const lines = createInterface({ input: other.stdout });
  await once(lines, 'line');
  const opened = link.open();
  // both read now: what one has, the other has not
  other.stdin.write('tell\n'.repeat(20));
  await once(lines, 'line');
  other.stdin.end();
  t.true(await opened);
  t.true(await link.restart(1000));
  await printed(logs, 'up', 2);
});
