import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Container, ExecOptions, ExecProcess } from '../../src/docker/engine.js';
import { ContainerShell } from '../../src/engine/shell/container-shell.js';
import { encodeArgument } from '../../src/engine/shell/shell-script.js';
import { LivepushError } from '../../src/errors.js';
import { RecordingEngine } from '../helpers/recording-engine.js';

/** Shells that containers have; those that this machine has are tried. */
const SHELLS = [['sh'], ['dash'], ['bash'], ['busybox', 'sh']].filter(
  ([program, ...args]) => spawnSync(program as string, [...args, '-c', ':']).status === 0,
);

/** A container whose commands are run here, by this shell. */
function localContainer([program = 'sh', ...args]: readonly string[]): Container {
  const exec = async ({ argv }: ExecOptions): Promise<ExecProcess> => {
    const { stdin, stdout, stderr } = spawn(program, [...args, ...argv.slice(1)]);
    const exit = once(stdout, 'close').then(() => 0);
    return { stdin, stdout, stderr, exit, destroy: () => stdin.destroy() };
  };
  return Object.assign(new RecordingEngine().container('local'), { exec });
}

async function shellIn(t: ExecutionContext, shell: readonly string[]) {
  const root = await mkdtemp(join(tmpdir(), 'livepush-shell-'));
  const opened = new ContainerShell(async () => localContainer(shell));
  t.teardown(async () => {
    opened.close();
    await rm(root, { recursive: true, force: true });
  });
  return { root, shell: opened };
}

/** Names that have something in them that a shell, `read` or `printf` could take for its own. */
const NAMES = [
  'plain.txt',
  'with blank',
  '  blanks around  ',
  'tab\there',
  'line\nbreak',
  'ends with a break\n',
  '$HOME `id` $(id)',
  '"double" \'single\'',
  'back\\slash\\n\\0101\\c',
  '*?[a]{b}',
  '%s%d%%',
  '-rf',
  'ünï ☺ 😀',
  '#;&|<>!~',
];

for (const shell of SHELLS) {
  const name = shell.join(' ');

  test(`${name} reads every argument back as it was`, async (t) => {
    const { stdout } = spawnSync(
      shell[0] as string,
      [...shell.slice(1), '-c', 'for arg do printf "%b.\\0" "$arg"; done', 'sh', ...NAMES.map(encodeArgument)],
      { encoding: 'utf8' },
    );
    t.deepEqual(
      stdout.split('\0').slice(0, -1),
      NAMES.map((each) => `${each}.`),
    );
  });

  test(`${name} hashes files and lists directories, whatever their names`, async (t) => {
    const { root, shell: opened } = await shellIn(t, shell);
    const at = (path: string) => join(root, path);
    await mkdir(at('dir/deep'), { recursive: true });
    for (const each of NAMES.filter((path) => !/[\n]/.test(path))) await writeFile(at(`dir/${each}`), each);
    const digests = await opened.hash([...NAMES.map((each) => at(`dir/${each}`)), at('dir'), at('none')]);
    const told = NAMES.filter((each) => !/[\t\n\\]/.test(each));
    t.deepEqual(
      digests,
      new Map(told.map((each) => [at(`dir/${each}`), createHash('sha256').update(each).digest('base64')])),
    );
    const lists = await opened.list([at('dir'), at('none'), at('dir/deep'), root]);
    t.deepEqual([lists.get(at('none')), lists.get(at('dir/deep')), lists.get(root)], [[], [], ['dir']]);
    const names = NAMES.filter((each) => !/[\t\n]/.test(each));
    for (const each of [...names, 'deep']) t.true(lists.get(at('dir'))?.includes(each), each);
    t.deepEqual(await opened.hash([]), new Map());
  });

  test(`${name} takes what lies below a file for gone`, async (t) => {
    const { root, shell: opened } = await shellIn(t, shell);
    for (const path of ['file', 'other']) await writeFile(join(root, path), '');
    await opened.remove([join(root, 'file', 'was here'), join(root, 'other')]);
    t.deepEqual(await readdir(root), ['file']);
  });

  test(`${name} removes what it is told, and nothing else`, async (t) => {
    const { root, shell: opened } = await shellIn(t, shell);
    for (const each of NAMES) await writeFile(join(root, each), '');
    await mkdir(join(root, 'dir/deep'), { recursive: true });
    await writeFile(join(root, 'dir/deep/file'), '');
    await writeFile(join(root, 'kept'), '');
    await symlink('kept', join(root, 'link'));
    await opened.remove([...NAMES, 'dir', 'link', 'never there'].map((each) => join(root, each)));
    await opened.remove([]);
    t.deepEqual(await readdir(root), ['kept']);
  });

  test(`${name} moves a path over another one, and makes the parents`, async (t) => {
    const { root, shell: opened } = await shellIn(t, shell);
    await writeFile(join(root, 'from here'), 'text');
    await mkdir(join(root, 'a/to there'), { recursive: true });
    await opened.move(join(root, 'from here'), join(root, 'a/to there'));
    await opened.move(join(root, 'a'), join(root, 'x/y/z'));
    t.is(await readFile(join(root, 'x/y/z/to there'), 'utf8'), 'text');
    t.deepEqual(await readdir(root), ['x']);
    const error = await t.throwsAsync(opened.move(join(root, 'none'), join(root, 'b')), { instanceOf: LivepushError });
    t.is((error as LivepushError).code, 'container-refused');
    await opened.remove([join(root, 'x')]);
    t.deepEqual(await readdir(root), []);
  });

  test(`${name} tells what stands at paths`, async (t) => {
    const { root, shell: opened } = await shellIn(t, shell);
    const file = join(root, 'a file $x');
    await writeFile(file, 'text');
    await chmod(file, 0o4750);
    await utimes(file, 1, 1_700_000_000);
    await mkdir(join(root, 'dir'));
    await symlink('nowhere', join(root, 'link'));
    const stats = await opened.stat(['a file $x', 'dir', 'link', 'none', 'a\nb'].map((each) => join(root, each)));
    t.like(stats.get(file), { mode: 0o104750, size: 4, mtime: 1_700_000_000 });
    t.is((stats.get(join(root, 'dir'))?.mode ?? 0) & 0o170000, 0o040000);
    t.like(stats.get(join(root, 'link')), { mode: 0o120777, size: 7 });
    t.is(stats.size, 3);
  });

  test(`${name} tells how long process 1 has been there`, async (t) => {
    const { shell: opened } = await shellIn(t, shell);
    const stat = (await readFile('/proc/1/stat', 'utf8')).replace(/^.*\) /, '').split(' ');
    const ageNow = async () => Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]) - Number(stat[19]) / 100;
    const before = await ageNow();
    const age = (await opened.age()) ?? Number.NaN;
    t.true(age > before - 2 && age < (await ageNow()) + 2, `${age}`);
  });

  test(`${name} ends a group and what left it within the session`, async (t) => {
    const { root, shell: opened } = await shellIn(t, shell);
    const child = spawn('sh', ['-c', 'sleep 60 & set -m; sleep 60 & echo on >on; wait'], {
      detached: true,
      cwd: root,
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    while (
      !(await access(join(root, 'on')).then(
        () => true,
        () => false,
      ))
    )
      await new Promise(setImmediate);
    const session = child.pid as number;
    t.true((await membersOf(session)).length >= 3);
    await opened.endGroup(session);
    await ended;
    t.deepEqual(await membersOf(session), []);
  });

  test(`${name} answers requests in turn, and again after it was closed`, async (t) => {
    const { root, shell: opened } = await shellIn(t, shell);
    const files = Array.from({ length: 20 }, (_, i) => join(root, `${i}`));
    for (const file of files) await writeFile(file, '');
    const answers = await Promise.all(files.map((file) => opened.stat([file])));
    t.true(answers.every((answer, i) => answer.has(files[i] as string)));
    opened.close();
    await opened.remove(files);
    t.deepEqual(await readdir(root), []);
  });
}

/** Processes of a session that still run. */
async function membersOf(session: number): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  const fields = stats.map((stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' '));
  return pids.filter((_, i) => fields[i]?.[3] === String(session) && fields[i]?.[0] !== 'Z');
}

const refusal = async (t: ExecutionContext, code: number): Promise<LivepushError['code'] | undefined> => {
  const engine = new RecordingEngine({ exec: () => code });
  const shell = new ContainerShell(async () => engine.container('app'));
  const error = await t.throwsAsync(shell.remove(['/x']), { instanceOf: LivepushError });
  return (error as LivepushError).code;
};

test('a container without a shell refuses, one whose shell ends is lost', async (t) => {
  t.is(await refusal(t, 127), 'container-refused');
  t.is(await refusal(t, 126), 'container-refused');
  t.is(await refusal(t, 137), 'container-lost');
});

test('no session is opened for nothing', async (t) => {
  const engine = new RecordingEngine();
  const shell = new ContainerShell(async () => engine.container('app'));
  await shell.remove([]);
  await shell.stat([]);
  shell.close();
  t.deepEqual(engine.calls, []);
});
