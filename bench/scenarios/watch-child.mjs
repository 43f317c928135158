// Follows a build context as `up` does, and says when it does: node watch-child.mjs CONTEXT
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/setup/set-up.mjs';

/** @param {string} file */
const load = (file) => import(pathToFileURL(path.join(root, 'dist', file)).href);

const [context = ''] = process.argv.slice(2);
const [{ ContextFeed }, { parseIgnore }, { systemClock }] = await Promise.all(
  ['watch/context-feed.js', 'watch/ignore.js', 'watch/batch.js'].map(load),
);
const feed = new ContextFeed({
  context,
  ignore: parseIgnore(await readFile(path.join(context, '.dockerignore'), 'utf8')),
  roots: [''],
  rootsOf: () => [''],
  mayUnpack: () => false,
  window: { quiet: 15, cap: 300 },
  clock: systemClock,
  signal: new AbortController().signal,
  onResult: () => {},
  onError: (/** @type {Error} */ error) => {
    throw error;
  },
});
const began = performance.now();
await feed.start();
process.stdout.write(`ready ${performance.now() - began}\n`);
process.on('SIGINT', () => process.exit(0));
setInterval(() => {}, 60_000);
