import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type ConnectOptions, connectEngine } from '../../src/docker/connect-engine.js';
import { resolveEndpoint } from '../../src/docker/endpoint.js';
import { packEntries } from '../../src/docker/tar.js';
import { LivepushError } from '../../src/errors.js';
import { realEngine, runIn, withRunning } from '../helpers/real-container.js';

const connectTo = (options: Partial<ConnectOptions>) => connectEngine({ env: {}, homedir: '/nowhere', ...options });

const refusal = async (host: string): Promise<LivepushError | undefined> => {
  const engine = connectTo({ host });
  const thrown = await engine.ping().catch((error: unknown) => error);
  engine.close();
  return thrown instanceof LivepushError ? thrown : undefined;
};

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('where no engine listens, the address is named and a hint given', async (t) => {
  for (const host of ['unix:///nowhere/docker.sock', 'tcp://127.0.0.1:1']) {
    const error = await refusal(host);
    t.is(error?.code, 'engine-unreachable');
    t.is(error?.message, `No Docker engine answers at ${host}.`);
    t.regex(error?.hint ?? '', /Start Docker/);
  }
});

test('a listener that hangs up is no engine', async (t) => {
  await inFolder(async (folder) => {
    const path = join(folder, 's');
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(path, resolve));
    t.is((await refusal(`unix://${path}`))?.code, 'engine-unreachable');
    server.close();
  });
});

test('many requests share few connections', async (t) => {
  const { path } = { path: '', ...resolveEndpoint({ env: process.env, homedir: homedir() }, () => undefined) };
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.pipe(connect(path)).pipe(socket);
  });
  await inFolder(async (folder) => {
    const front = join(folder, 's');
    await new Promise<void>((resolve) => server.listen(front, resolve));
    const engine = connectTo({ host: `unix://${front}` });
    await withRunning(engine, {}, async (container) => {
      for (let i = 0; i < 10; i++) {
        await container.stat('/etc');
        await container.inspect();
        const content = Buffer.from('a');
        await container.putArchive(
          '/tmp',
          packEntries([{ kind: 'file', path: 'a', mode: 0o644, uid: 0, gid: 0, content }]),
        );
        await container.getArchive('/tmp/a').then((archive) => archive?.toArray());
        await engine.ping();
      }
    });
    engine.close();
    t.true(connections <= 2, `${connections} connections`);
  });
  server.close();
});

test('an ssh address goes through the ssh client, commands included', async (t) => {
  await inFolder(async (folder) => {
    const ssh = join(folder, 'ssh');
    await writeFile(ssh, `#!/bin/sh\nprintf '%s\\n' "$*" >>${folder}/calls\nexec docker system dial-stdio\n`);
    await chmod(ssh, 0o755);
    const env = { PATH: `${folder}:${process.env.PATH}` };
    const engine = connectTo({ env, host: 'ssh://me@box:2222' });
    await engine.ping();
    await withRunning(engine, {}, async (container) => {
      t.deepEqual(await runIn(container, ['sh', '-c', 'echo out; exit 3']), { stdout: 'out\n', stderr: '', code: 3 });
      const cat = await container.exec({ argv: ['wc', '-c'], stdin: true });
      cat.stderr.resume();
      cat.stdin.end(Buffer.alloc(1_000_000));
      t.is(
        Buffer.concat(await cat.stdout.toArray())
          .toString()
          .trim(),
        '1000000',
      );
      t.is(await cat.exit, 0);
    });
    engine.close();
  });
});

test('what the ssh client says is part of the error', async (t) => {
  await inFolder(async (folder) => {
    const ssh = join(folder, 'ssh');
    await writeFile(ssh, '#!/bin/sh\necho "me@box: Permission denied" >&2\nexit 255\n');
    await chmod(ssh, 0o755);
    const engine = connectTo({ env: { PATH: `${folder}:${process.env.PATH}` }, host: 'ssh://me@box' });
    const error = await t.throwsAsync(engine.ping(), { instanceOf: LivepushError });
    t.is(error?.code, 'engine-unreachable');
    t.regex(error?.message ?? '', /ssh:\/\/me@box.*Permission denied/);
    engine.close();
  });
});

test.serial('the environment of this process does not get in the way of a host that was given', async (t) => {
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = 'tcp://127.0.0.1:1';
  try {
    const engine = connectEngine({ env: {}, homedir: '/nowhere' });
    await t.notThrowsAsync(engine.ping());
    engine.close();
  } finally {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  }
});

test('a fresh engine can be made after one was closed', async (t) => {
  const first = realEngine();
  await first.ping();
  first.close();
  const second = realEngine();
  await t.notThrowsAsync(second.ping());
  second.close();
});
