import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { DockerHandle } from '../../src/docker/docker-handle.js';
import { startExec } from '../../src/docker/exec-client.js';
import { LivepushError } from '../../src/errors.js';
import { docker } from '../helpers/docker-command.js';
import { realEngine, runIn, withContainer, withRunning } from '../helpers/real-container.js';
import { watchMemory } from '../helpers/retained-memory.js';

const engine = realEngine();
test.after.always(() => engine.close());

test.serial('a start that is refused leaves no connection open, whichever the handle', async (t) => {
  const require = createRequire(import.meta.url);
  const connections = () => process.getActiveResourcesInfo().filter((name) => name === 'PipeWrap').length;
  const errors = {
    notStarted: async (words: string) => new Error(words),
    request: (thrown: unknown) => thrown as Error,
  };
  for (const major of ['dockerode', 'dockerode-3', 'dockerode-4']) {
    const handle: DockerHandle = new (require(major))();
    await withRunning(engine, {}, async ({ id }) => {
      await docker('pause', id);
      const before = connections();
      const start = startExec(handle.getContainer(id), { argv: ['true'], stdin: true }, errors);
      await t.throwsAsync(start, { message: /paused/ }, major);
      for (let tries = 0; connections() > before && tries < 100; tries++) await sleep(20);
      t.true(connections() <= before, major);
      await docker('unpause', id);
    });
  }
});

test('outputs come apart, with the exit code', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const result = await runIn(container, ['sh', '-c', 'echo out; echo err >&2; exit 7']);
    t.deepEqual(result, { stdout: 'out\n', stderr: 'err\n', code: 7 });
  });
});

test('user, working directory and environment are those that were asked for', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const script = 'id -u; pwd; echo "$A"';
    const { stdout } = await runIn(container, ['sh', '-c', script], { user: '1234', workdir: '/tmp', env: ['A=b c'] });
    t.is(stdout, '1234\n/tmp\nb c\n');
  });
});

test('a shell that is kept open answers line by line and ends with its input', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const shell = await container.exec({ argv: ['sh'], stdin: true });
    shell.stderr.resume();
    const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
    for (const word of ['one', 'two', 'grün']) {
      shell.stdin.write(`echo ${word}\n`);
      t.is((await lines.next()).value, word);
    }
    shell.stdin.end('exit 3\n');
    t.true((await lines.next()).done);
    t.is(await shell.exit, 3);
  });
});

test('an input that is closed is closed for the process as well', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const cat = await container.exec({ argv: ['wc', '-c'], stdin: true });
    cat.stderr.resume();
    cat.stdin.end(Buffer.alloc(3_000_000, 'x'));
    const chunks = await cat.stdout.toArray();
    t.is(Buffer.concat(chunks).toString().trim(), '3000000');
    t.is(await cat.exit, 0);
  });
});

test.serial('much output is not held in memory, and a slow reader holds the process back', async (t) => {
  const size = 50 * 2 ** 20;
  await withRunning(engine, {}, async (container) => {
    const memory = watchMemory();
    const { stdout, stderr, exit } = await container.exec({ argv: ['head', '-c', String(size), '/dev/zero'] });
    stderr.resume();
    await once(stdout, 'readable');
    // Time enough for all of it to come, if nothing held it back.
    await runIn(container, ['sleep', '0.3']);
    let seen = 0;
    for await (const chunk of stdout) {
      seen += chunk.length;
      memory.passed(chunk.length);
    }
    t.is(seen, size);
    t.true(memory.peak() < 32 * 2 ** 20, `${memory.peak()} bytes`);
    t.is(await exit, 0);
  });
});

test('a program that is not there is refused, with nothing on its outputs', async (t) => {
  await withRunning(engine, {}, async (container) => {
    for (const argv of [['nothing-like-this'], ['/etc/passwd'], ['/bin']]) {
      const { stdout, stderr, exit } = await container.exec({ argv });
      const [out, err] = await Promise.all([stdout.toArray(), stderr.toArray()]);
      const refusal = await t.throwsAsync(exit, { instanceOf: LivepushError });
      t.is(refusal?.code, 'container-refused');
      t.true(refusal?.message.includes(argv[0] ?? ''));
      t.deepEqual([out, err], [[], []]);
    }
  });
});

test('a user or working directory that is not there is refused', async (t) => {
  await withRunning(engine, {}, async (container) => {
    for (const options of [{ user: 'nobody-here' }, { workdir: '/not/there' }]) {
      const refusal = await t.throwsAsync(runIn(container, ['true'], options), { instanceOf: LivepushError });
      t.is(refusal?.code, 'container-refused');
    }
  });
});

test('output that looks like a refusal is output', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const words = 'OCI runtime exec failed: exec failed: x\r\n';
    const { stdout, code } = await runIn(container, ['sh', '-c', `printf '${words}'; exit 126`]);
    t.deepEqual({ stdout, code }, { stdout: words, code: 126 });
  });
});

test('a process that closes its outputs early still gives its own exit code', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const { code } = await runIn(container, ['sh', '-c', 'exec >&- 2>&-; sleep 0.5; exit 5']);
    t.is(code, 5);
  });
});

test('a container that does not run is lost for commands', async (t) => {
  await withContainer(engine, {}, async (container) => {
    const lost = await t.throwsAsync(container.exec({ argv: ['true'] }), { instanceOf: LivepushError });
    t.is(lost?.code, 'container-lost');
  });
  const gone = await t.throwsAsync(engine.container('livepush-none').exec({ argv: ['true'] }), {
    instanceOf: LivepushError,
  });
  t.is(gone?.code, 'container-lost');
});

test('a command in a container that is removed ends with an error or the code of a killed process', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const { stdout, stderr, exit } = await container.exec({ argv: ['sh', '-c', 'echo up; sleep 60'] });
    stderr.resume();
    await once(stdout, 'data');
    const outcome = exit.catch((error: unknown) => error);
    await container.remove();
    const ended = await outcome;
    t.true(ended === 137 || (ended instanceof LivepushError && ended.code === 'container-lost'), String(ended));
  });
});

test('a connection that is dropped ends the outputs, not the process', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const argv = ['sh', '-c', 'echo up; until [ -e /tmp/go ]; do sleep 0.1; done; touch /tmp/done; sleep 60'];
    const process = await container.exec({ argv });
    await once(process.stdout, 'data');
    process.destroy();
    await t.throwsAsync(process.exit, { name: 'AbortError' });
    t.true(process.stdout.destroyed);
    await runIn(container, ['sh', '-c', 'touch /tmp/go; until [ -e /tmp/done ]; do sleep 0.1; done']);
    t.pass();
  });
});
