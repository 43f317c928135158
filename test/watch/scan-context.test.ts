import { execFileSync } from 'node:child_process';
import { readFile, rename, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type ContextEntry, isWithin, MutableTree } from '../../src/plan/context-tree.js';
import { parseIgnore } from '../../src/watch/ignore.js';
import { type ContextReader, ContextScanner, type ScanResult } from '../../src/watch/scan-context.js';
import { type TempContext, tempContext } from './temp-context.js';

async function scanned(t: ExecutionContext, files: readonly string[], options: Partial<ContextReader> = {}) {
  const context = await tempContext(t, ...files);
  const { signal } = new AbortController();
  const everything = { ignore: parseIgnore(''), wanted: () => true, mayUnpack: () => false };
  const tree = new MutableTree();
  const scanner = new ContextScanner(tree, { root: context.root, ...everything, signal, ...options });
  const first = await scanner.rescan(['']);
  return { context, tree, scanner, first };
}

const kindOf = (entry: ContextEntry | undefined): string => {
  if (!entry) return 'nothing';
  return entry.kind === 'link' ? `link ${entry.target}` : `${entry.kind} ${entry.mode.toString(8)}`;
};
const shown = ({ changes }: ScanResult): string[] =>
  changes.map(({ path, before, after }) => `${path}: ${kindOf(before)} -> ${kindOf(after)}`).sort();
const pathsOf = (tree: MutableTree): string[] => [...tree.below('')].filter((path) => path !== '').sort();

test('the first look finds everything', async (t) => {
  const { context, tree, first } = await scanned(t, ['a', 'd/b']);
  t.deepEqual(shown(first).slice(1), [
    'a: nothing -> file 644',
    'd/b: nothing -> file 644',
    'd: nothing -> directory 755',
  ]);
  t.deepEqual(first.unreadable, []);
  const entry = tree.get('d/b');
  const { mtimeMs } = await stat(join(context.root, 'd/b'));
  t.like(entry, { kind: 'file', size: 3, mtimeMs });
});

test('a path that did not change is no change, whatever was said about it', async (t) => {
  const { context, scanner } = await scanned(t, ['a', 'd/b']);
  t.deepEqual(shown(await scanner.rescan(['', 'a', 'd', 'd/b', 'none', 'none/x'])), []);
  await context.write('a', await readFile(join(context.root, 'a'), 'utf8'));
  t.deepEqual(shown(await scanner.rescan(['a'])), []);
});

test('an edit is a change though size and time stay what they were', async (t) => {
  const { context, scanner, tree } = await scanned(t, ['a']);
  const { atime, mtime } = await stat(join(context.root, 'a'));
  const before = tree.get('a');
  await context.write('a', 'b');
  await utimes(join(context.root, 'a'), atime, mtime);
  t.deepEqual(shown(await scanner.rescan(['a'])), ['a: file 644 -> file 644']);
  t.notDeepEqual(tree.get('a'), before);
});

test('large files are told apart by their content, too', async (t) => {
  const large = 'x'.repeat(600_000);
  const { context, scanner, tree } = await scanned(t, []);
  await context.write('a', large);
  await context.write('b', large);
  await scanner.rescan(['']);
  const [a, b] = ['a', 'b'].map((path) => tree.get(path));
  t.is(a?.kind === 'file' && a.digest, b?.kind === 'file' && b.digest);
  await context.write('a', `${large.slice(1)}y`);
  t.deepEqual(shown(await scanner.rescan(['a'])), ['a: file 644 -> file 644']);
});

test('modes count, of files and of directories', async (t) => {
  const { context, scanner } = await scanned(t, ['a', 'd/b']);
  await context.chmod('a', 0o4755);
  await context.chmod('d', 0o700);
  t.deepEqual(shown(await scanner.rescan(['a', 'd'])), [
    'a: file 644 -> file 4755',
    'd: directory 755 -> directory 700',
  ]);
});

test('a directory that is gone is gone with all in it', async (t) => {
  const { context, scanner, tree } = await scanned(t, ['a', 'd/b', 'd/e/f']);
  await context.remove('d');
  t.deepEqual(shown(await scanner.rescan(['d/e/f'])), [
    'd/b: file 644 -> nothing',
    'd/e/f: file 644 -> nothing',
    'd/e: directory 755 -> nothing',
    'd: directory 755 -> nothing',
  ]);
  t.deepEqual(pathsOf(tree), ['a']);
});

test('a new directory is read to its bottom', async (t) => {
  const { context, scanner } = await scanned(t, ['a']);
  await context.write('d/e/f');
  await context.link('d/l', '../a');
  t.deepEqual(shown(await scanner.rescan(['d'])), [
    'd/e/f: nothing -> file 644',
    'd/e: nothing -> directory 755',
    'd/l: nothing -> link ../a',
    'd: nothing -> directory 755',
  ]);
});

test('a file in a directory that was not seen before brings its parents', async (t) => {
  const { context, scanner, tree } = await scanned(t, []);
  await context.write('d/e/f');
  await scanner.rescan(['d/e/f']);
  t.deepEqual(pathsOf(tree), ['d', 'd/e', 'd/e/f']);
});

test('kinds can change', async (t) => {
  const { context, scanner } = await scanned(t, ['a', 'd/b', 'f']);
  await context.remove('a');
  await context.write('a/x');
  await context.remove('d');
  await context.write('d');
  await context.remove('f');
  await context.link('f', 'd');
  t.deepEqual(shown(await scanner.rescan(['a', 'd', 'f'])), [
    'a/x: nothing -> file 644',
    'a: file 644 -> directory 755',
    'd/b: file 644 -> nothing',
    'd: directory 755 -> file 644',
    'f: file 644 -> link d',
  ]);
  t.deepEqual(shown(await scanner.rescan(['d/b', 'a/x/y'])), []);
});

test('links are not followed, and a changed target is a change', async (t) => {
  const { context, scanner, tree } = await scanned(t, ['d/b']);
  await context.link('l', 'd');
  await context.link('out', '/etc');
  await context.link('dangling', 'nowhere');
  await scanner.rescan(['']);
  t.deepEqual(pathsOf(tree), ['d', 'd/b', 'dangling', 'l', 'out']);
  await context.remove('l');
  await context.link('l', 'e');
  t.deepEqual(shown(await scanner.rescan(['l'])), ['l: link d -> link e']);
});

test('a file that was renamed over another one is a change', async (t) => {
  const { context, scanner } = await scanned(t, ['a', 'b']);
  await rename(join(context.root, 'b'), join(context.root, 'a'));
  t.deepEqual(shown(await scanner.rescan(['a', 'b'])), ['a: file 644 -> file 644', 'b: file 644 -> nothing']);
});

test('what is neither file, directory nor link is not seen', async (t) => {
  const { context, scanner, tree } = await scanned(t, ['a']);
  execFileSync('mkfifo', [join(context.root, 'fifo')]);
  t.deepEqual(shown(await scanner.rescan([''])), []);
  t.deepEqual(pathsOf(tree), ['a']);
});

test('ignored paths are not seen; a directory is while something in it is', async (t) => {
  const ignore = parseIgnore('d\n!d/keep\n**/*.log\n');
  const { context, scanner, tree } = await scanned(t, ['a', 'x.log', 'd/skip', 'e/x.log'], { ignore });
  t.deepEqual(pathsOf(tree), ['a', 'e']);
  await context.write('d/keep');
  t.deepEqual(shown(await scanner.rescan(['d/keep'])), ['d/keep: nothing -> file 644', 'd: nothing -> directory 755']);
  await context.write('d/skip', 'new');
  t.deepEqual(shown(await scanner.rescan(['d', 'd/skip'])), []);
  await context.remove('d/keep');
  t.deepEqual(shown(await scanner.rescan(['d/keep'])), ['d/keep: file 644 -> nothing', 'd: directory 755 -> nothing']);
});

test('only what steps read is looked at, and the directories on the way to it', async (t) => {
  const wanted = (path: string) => isWithin('d/e', path) || isWithin(path, 'd/e');
  const { tree } = await scanned(t, ['a', 'd/x', 'd/e/f', 'd/e/g/h', 'other/e/f'], { wanted });
  t.deepEqual(pathsOf(tree), ['d', 'd/e', 'd/e/f', 'd/e/g', 'd/e/g/h']);
});

test('archives are listed only where a step may unpack them', async (t) => {
  const { context, scanner, tree } = await scanned(t, ['in/x', 'in/d/y'], {
    mayUnpack: (path) => path.startsWith('t'),
  });
  const pack = (...args: string[]) => execFileSync('tar', ['-C', join(context.root, 'in'), ...args, 'x', 'd']);
  pack('-cf', join(context.root, 't.tar'));
  pack('-czf', join(context.root, 't.anything'));
  pack('-cf', join(context.root, 'other.tar'));
  await context.write('t.txt');
  await scanner.rescan(['']);
  const archiveOf = (path: string) => {
    const entry = tree.get(path);
    return entry?.kind === 'file' ? entry.archive : undefined;
  };
  t.deepEqual(archiveOf('t.tar'), ['x', 'd', 'd/y']);
  t.deepEqual(archiveOf('t.anything'), ['x', 'd', 'd/y']);
  t.is(archiveOf('other.tar'), undefined);
  t.is(archiveOf('t.txt'), undefined);
});

test('a look that is no longer wanted ends with its reason', async (t) => {
  const controller = new AbortController();
  const { scanner } = await scanned(t, ['a'], { signal: controller.signal });
  controller.abort(new Error('enough'));
  await t.throwsAsync(scanner.rescan(['']), { message: 'enough' });
});

test('many files are found at once', async (t) => {
  const files = Array.from({ length: 200 }, (_, i) => `d${i % 7}/f${i}`);
  const { tree } = await scanned(t, files);
  t.is(pathsOf(tree).length, 207);
});

test('a context that is not there has nothing in it', async (t) => {
  const context: TempContext = await tempContext(t);
  const { signal } = new AbortController();
  const everything = { ignore: parseIgnore(''), wanted: () => true, mayUnpack: () => false, signal };
  const scanner = new ContextScanner(new MutableTree(), { root: join(context.root, 'none'), ...everything });
  t.deepEqual(await scanner.rescan(['']), { changes: [], unreadable: [] });
});
