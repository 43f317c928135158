import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';

const main = resolve('dist-test/src/cli/main.js');

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  new Promise((done) => {
    const child = execFile(file, args, { env: { PATH: process.env.PATH, ...env } }, (_error, stdout, stderr) =>
      done({ exitCode: child.exitCode, stdout, stderr }),
    );
  });

const livepush = (...args: string[]): Promise<Ended> => run(process.execPath, [main, ...args]);

test('the program answers the Docker CLI with its metadata', async (t) => {
  const { exitCode, stdout, stderr } = await livepush('docker-cli-plugin-metadata');
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  t.is(JSON.parse(stdout).Version, version);
  t.deepEqual([exitCode, stderr], [0, '']);
});

test('the program prints its version', async (t) => {
  t.regex((await livepush('--version')).stdout, /^docker-livepush version \d+\.\d+\.\d+\S*\n$/);
});

test('the program prints help', async (t) => {
  const { exitCode, stdout } = await livepush('--help');
  t.is(exitCode, 0);
  t.regex(stdout, /^Usage: {2}docker-livepush /);
});

test('the program exits with 2 for an unknown command or option', async (t) => {
  for (const args of [['nope'], ['up', '--nope']]) {
    const { exitCode, stdout, stderr } = await livepush(...args);
    t.deepEqual([exitCode, stdout], [2, '']);
    t.regex(stderr, /^error: There is no .* nope\.|^error: There is no option --nope\./);
  }
});

/**
 * A configuration folder of the Docker CLI with one plugin: a link to a script, as the compiled files are not executable
 * before they are packed.
 */
async function dockerConfig(t: ExecutionContext, plugin: string, code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'cli-plugins'));
  await writeFile(join(folder, 'plugin.mjs'), `#!${process.execPath}\n${code}`, { mode: 0o755 });
  await symlink(join(folder, 'plugin.mjs'), join(folder, 'cli-plugins', plugin));
  return folder;
}

test('the Docker CLI lists the plugin, passes arguments on and returns the exit code', async (t) => {
  const config = await dockerConfig(t, 'docker-livepush', `await import(${JSON.stringify(main)});`);
  const docker = (...args: string[]) => run('docker', args, { DOCKER_CONFIG: config });

  t.regex((await docker('--help')).stdout, /^ {2}livepush\* +Push edits into running Compose containers$/m);
  t.regex((await docker('livepush', 'up', '--help')).stdout, /^Usage: {2}docker livepush up /);
  t.regex((await docker('help', 'livepush', 'up')).stdout, /^Usage: {2}docker livepush up /);
  const wrong = await docker('--context', 'default', 'livepush', 'nope');
  t.deepEqual(
    [wrong.exitCode, wrong.stderr],
    [2, 'error: There is no command nope.\nhint: See docker livepush --help\n'],
  );
});

test("the Docker CLI's own completion offers commands, options and services", async (t) => {
  const config = await dockerConfig(t, 'docker-livepush', `await import(${JSON.stringify(main)});`);
  const compose = 'services: {web: {build: .}, worker: {build: .}, cache: {image: x, profiles: [extra]}}';
  await writeFile(join(config, 'compose.yaml'), compose);
  const complete = async (...words: string[]) =>
    (await run('docker', ['__complete', 'livepush', ...words], { DOCKER_CONFIG: config })).stdout.split('\n');

  t.deepEqual(await complete('u'), [
    'up\tCreate and start containers in live mode, and push edits into them',
    'uninstall\tTake docker livepush from the Docker CLI again',
    ':4',
    '',
  ]);
  const file = ['-f', join(config, 'compose.yaml')];
  t.deepEqual(await complete(...file, 'up', 'w'), ['web', 'worker', ':4', '']);
  t.deepEqual(await complete(...file, '--profile', ''), ['extra', ':4', '']);
});

test('there is a completion script for each shell', async (t) => {
  for (const shell of ['zsh', 'fish']) t.regex((await livepush('completion', shell)).stdout, /__complete/);
  const { exitCode, stderr } = await livepush('completion', 'csh');
  t.deepEqual([exitCode, stderr.split('\n')[1]], [2, 'hint: Use one of bash, zsh, fish.']);
});

test('bash completes with the script', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-test-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'docker-livepush'), `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`, {
    mode: 0o755,
  });
  const ask = (...words: string[]) => `
    COMP_WORDS=(docker-livepush ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
    COMPREPLY=(); _docker_livepush; echo "\${COMPREPLY[*]}"`;
  const script = ['source <(docker-livepush completion bash)', ask('up', '--progress', '=', 'j'), ask('un')].join('\n');
  const path = `${folder}:${process.env.PATH}`;
  const { stdout } = await run('bash', ['-c', script], { PATH: path });
  t.is(stdout, 'json\nuninstall\n');
});

test('a signal to the Docker CLI alone stops its plugin', async (t) => {
  const metadata = '{"SchemaVersion":"0.1.0","Vendor":"test","Version":"1"}';
  const code = `
    import { followDockerCli } from ${JSON.stringify(resolve('dist-test/src/cli/plugin-socket.js'))};
    if (process.argv[2] === 'docker-cli-plugin-metadata') {
      console.log(${JSON.stringify(metadata)});
    } else {
      const { signal } = new AbortController();
      const ended = new Promise((resolve) => {
        followDockerCli({ address: process.env.DOCKER_CLI_PLUGIN_SOCKET, onEnd: resolve, signal });
      });
      const alive = setTimeout(() => process.exit(1), 20_000);
      console.log('up');
      await ended;
      console.log('ended');
      clearTimeout(alive);
      process.exitCode = 130;
    }
  `;
  const config = await dockerConfig(t, 'docker-probe', code);
  const env = { PATH: process.env.PATH, DOCKER_CONFIG: config };
  const { exitCode, stdout } = await new Promise<Ended>((done) => {
    const child = execFile('docker', ['probe'], { env }, (_error, stdout, stderr) =>
      done({ exitCode: child.exitCode, stdout, stderr }),
    );
    child.stdout?.once('data', () => child.kill('SIGINT'));
  });
  t.deepEqual([exitCode, stdout], [130, 'up\nended\n']);
});
