import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { isUnread, MutableTree } from '../../src/plan/context-tree.js';
import { parseIgnore } from '../../src/watch/ignore.js';
import { type ContextReader, ContextScanner, type ScanResult } from '../../src/watch/scan-context.js';
import { tempContext } from './temp-context.js';

const LATER = 60 * 60 * 1000;
const MANY = Array.from({ length: 1010 }, (_, number) => `d/${number}`);

async function scannedLater(t: ExecutionContext, options: Partial<ContextReader> = {}) {
  const context = await tempContext(t, ...MANY);
  const { signal } = new AbortController();
  const tree = new MutableTree();
  const scanner = new ContextScanner(tree, {
    ...{ root: context.root, ignore: parseIgnore(''), wanted: () => true, mayUnpack: () => false, signal },
    ...{ readsLater: true, now: () => Date.now() + LATER, ...options },
  });
  await scanner.rescan(['']);
  const unread = MANY.filter((path) => {
    const entry = tree.get(path);
    return entry !== undefined && isUnread(entry);
  });
  const [one = ''] = unread;
  return { context, tree, scanner, unread, one, readRest: () => scanner.readRest(signal) };
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64');
const changed = ({ changes }: ScanResult): string[] => changes.map(({ path }) => path);

test('of many files most are known by their marks until the rest is read', async (t) => {
  const { tree, scanner, unread, one, readRest } = await scannedLater(t);
  t.is(unread.length, MANY.length - 1000);
  t.false(scanner.isComplete);
  t.like(tree.get(one), { kind: 'file', mode: 0o644, size: one.length });
  t.deepEqual(changed(await scanner.rescan([''])), []);
  await readRest();
  t.true(scanner.isComplete);
  t.like(tree.get(one), { digest: digestOf(one) });
  t.deepEqual(changed(await scanner.rescan([''])), []);
});

test('a file that was not read yet has changed when it is written, whatever is in it now', async (t) => {
  const { context, scanner, tree, one, readRest } = await scannedLater(t);
  await context.write(one);
  t.deepEqual(changed(await scanner.rescan([one])), [one]);
  t.like(tree.get(one), { digest: digestOf(one) });
  await context.write(one);
  t.deepEqual(changed(await scanner.rescan([one])), []);
  await readRest();
  t.like(tree.get(one), { digest: digestOf(one) });
});

test('a save without a change is none, once the rest is read', async (t) => {
  const { context, scanner, one, readRest } = await scannedLater(t);
  await readRest();
  await context.write(one);
  t.deepEqual(changed(await scanner.rescan([one])), []);
});

test('an edit that is not known yet when the rest is read is told all the same', async (t) => {
  const { context, scanner, tree, one, readRest } = await scannedLater(t);
  await context.write(one, 'new');
  await readRest();
  t.like(tree.get(one), { size: one.length });
  t.deepEqual(changed(await scanner.rescan([one])), [one]);
  t.like(tree.get(one), { digest: digestOf('new') });
});

test('what was written just now is read at once', async (t) => {
  const before = Date.now();
  const { unread } = await scannedLater(t, { now: () => before });
  t.deepEqual(unread, []);
});

test('a file that comes later is read at once', async (t) => {
  const { context, scanner, tree, readRest } = await scannedLater(t);
  await readRest();
  await context.write('new');
  t.deepEqual(changed(await scanner.rescan(['new'])), ['new']);
  t.like(tree.get('new'), { digest: digestOf('new') });
});
