import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { MutableTree } from '../../src/plan/context-tree.js';
import { ignoreNothing, parseIgnore } from '../../src/watch/ignore.js';
import { ContextScanner } from '../../src/watch/scan-context.js';

/** Made with a real engine by scripts/dockerignore-table.mjs. A path that ends with a slash is a directory. */
interface Table {
  readonly tree: readonly string[];
  readonly rows: readonly {
    readonly title: string;
    readonly ignore: string;
    readonly extra?: readonly string[];
    readonly ignored?: readonly string[];
    readonly fault?: string;
  }[];
}

const table: Table = JSON.parse(readFileSync('fixtures/ignore/table.json', 'utf8'));
const plain = (path: string): string => path.replace(/\/$/, '');

/** The paths with all their parents, directories with a slash at the end. */
function withParents(paths: readonly string[]): string[] {
  const all = new Set(paths);
  for (const path of paths) {
    for (let at = dirname(path); at !== '.'; at = dirname(at)) all.add(`${at}/`);
  }
  return [...all].sort();
}

async function scan(paths: readonly string[], ignore: string): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'livepush-ignore-'));
  try {
    for (const path of paths) {
      await mkdir(join(root, path.endsWith('/') ? path : dirname(path)), { recursive: true });
      if (!path.endsWith('/')) await writeFile(join(root, path), path);
    }
    const tree = new MutableTree();
    const { signal } = new AbortController();
    const rules = { wanted: () => true, mayUnpack: () => false };
    await new ContextScanner(tree, { root, ignore: parseIgnore(ignore), ...rules, signal }).rescan(['']);
    const found = [...tree.below('')].filter((path) => path !== '');
    return found.map((path) => (tree.get(path)?.kind === 'directory' ? `${path}/` : path)).sort();
  } finally {
    await rm(root, { recursive: true });
  }
}

for (const { title, ignore, extra = [], ignored, fault } of table.rows) {
  const paths = [...table.tree, ...extra, 'Dockerfile', '.dockerignore'];
  const all = withParents(paths);
  if (fault !== undefined) {
    test(`what a build refuses does no harm: ${title}`, (t) => {
      t.notThrows(() => all.map(plain).map(parseIgnore(ignore).ignores));
    });
    continue;
  }
  test(`as in a build: ${title}`, async (t) => {
    const rules = parseIgnore(ignore);
    const copied = all.filter((path) => !ignored?.includes(path));
    const files = all.filter((path) => !path.endsWith('/'));
    t.deepEqual(
      files.filter((path) => !rules.ignores(path)),
      copied.filter((path) => !path.endsWith('/')),
    );
    const pruned = all.filter((path) => path.endsWith('/') && rules.prunes(plain(path)));
    t.deepEqual(
      copied.filter((path) => pruned.some((directory) => path.startsWith(directory))),
      [],
      'a directory was pruned that a build copies from',
    );
    t.deepEqual(await scan(paths, ignore), copied);
  });
}

test('a directory is pruned when no exception can match below it', (t) => {
  const prunes = (text: string, directory: string) => parseIgnore(text).prunes(directory);
  t.true(prunes('node_modules', 'node_modules'));
  t.true(prunes('node_modules', 'node_modules/a/b'));
  t.true(prunes('*\n!src', 'docs'));
  t.true(prunes('*\n!*.md', 'docs'));
  t.true(prunes('*\n!*/*.md', 'docs/img'));
  t.true(prunes('**/node_modules\n!src/app.js', 'src/node_modules'));
  t.false(prunes('node_modules', 'src'));
  t.false(prunes('src/*', 'src'));
  t.false(prunes('*\n!*/*.md', 'docs'));
  t.false(prunes('*\n!src/lib', 'src'));
  t.false(prunes('*\n!**/x', 'docs'));
  t.false(prunes('*\n!do[a-c]s/x', 'docs'));
});

test('without patterns nothing is ignored', (t) => {
  t.is(parseIgnore('\n# nothing\n'), ignoreNothing);
});

test('verdicts stay right when there are more directories than are remembered', (t) => {
  const rules = parseIgnore('*/skip\n!9*/skip/x\n');
  const wrong: string[] = [];
  for (let i = 0; i < 12_000; i++) {
    if (!rules.ignores(`${i}/skip/y`) || rules.ignores(`${i}/skip/x`) !== !`${i}`.startsWith('9')) wrong.push(`${i}`);
  }
  t.deepEqual(wrong, []);
});

test('the line that leaves a path out is named, also where it speaks of a directory above', (t) => {
  const rules = parseIgnore('# outputs\n\n dist \n*.log\n!keep.log\nkeep.log\n');
  t.deepEqual(rules.ignoredBy('dist/app/main.js'), { line: 3, text: 'dist' });
  t.deepEqual(rules.ignoredBy('a.log'), { line: 4, text: '*.log' });
  t.deepEqual(rules.ignoredBy('keep.log'), { line: 6, text: 'keep.log' });
  t.is(rules.ignoredBy('src/main.js'), undefined);
});

test('a path that an exception takes back in is left out by no line', (t) => {
  t.is(parseIgnore('dist\n!dist/keep\n').ignoredBy('dist/keep'), undefined);
  t.is(ignoreNothing.ignoredBy('dist'), undefined);
});
