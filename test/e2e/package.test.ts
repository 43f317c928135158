import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '..', '..', '..');
const compiler = join(root, 'node_modules', '.bin', 'tsc');

/** The example of the README's chapter on the library. */
async function example(): Promise<string> {
  const chapter = (await readFile(join(root, 'README.md'), 'utf8')).split('\n## As a library\n')[1] ?? '';
  const [, code] = /```js\n(.*?)```/s.exec(chapter) ?? [];
  if (code === undefined) throw new Error('The README has no example of the library.');
  return code;
}

test('the packed package can be imported, required, compiled against and run', async (t) => {
  t.timeout(600_000);
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'livepush-package-')));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const run = async (command: string, ...args: string[]) =>
    (await execute(command, args, { cwd: folder, timeout: 300_000, maxBuffer: 10_000_000 })).stdout;
  const packed = await execute('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: root,
  });
  await writeFile(join(folder, 'package.json'), '{"name":"user","private":true}\n');
  const dockerode = `dockerode@${JSON.parse(await readFile(join(root, 'node_modules/dockerode/package.json'), 'utf8')).version}`;
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--silent'];
  await run('npm', 'install', ...quiet, `./${packed.stdout.trim()}`, dockerode);

  await writeFile(join(folder, 'example.mjs'), await example());
  const [output, required, version] = await Promise.all([
    run('node', 'example.mjs'),
    run(
      'node',
      '-p',
      "const l = require('docker-livepush'); [typeof l.Livepush.init, l.default === l.Livepush].join()",
    ),
    run(join(folder, 'node_modules', '.bin', 'docker-livepush'), '--version'),
  ]);
  t.is(output, 'stage 0: tr a-z A-Z < /greeting | tee /loud\nGOOD MORNING\ndone and restarted\n');
  t.is(required.trim(), 'function,true');
  t.regex(version, /\d+\.\d+\.\d+/);

  await rm(join(folder, 'node_modules', '@types'), { recursive: true, force: true });
  await symlink(join(root, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
  for (const name of ['consumer.mts', 'consumer.cts']) {
    await copyFile(join(root, 'fixtures', 'library', 'consumer.ts'), join(folder, name));
  }
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--esModuleInterop', '--types', 'node'];
  for (const resolution of ['node16', 'nodenext']) {
    const args = [...strict, '--target', 'es2023', '--module', resolution, 'consumer.mts', 'consumer.cts'];
    await t.notThrowsAsync(run(compiler, ...args), resolution);
  }
  const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler', 'consumer.mts'];
  await t.notThrowsAsync(run(compiler, ...strict, '--target', 'es2023', ...bundler), 'bundler');
});
