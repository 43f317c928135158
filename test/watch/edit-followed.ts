import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../../src/diagnostics.js';
import { systemClock } from '../../src/watch/batch.js';
import { ContextFeed } from '../../src/watch/context-feed.js';
import { ignoreNothing } from '../../src/watch/ignore.js';

// A program: follows the context that it is given, edits the file in each of its folders, and prints what was found.
const root = process.argv[2] ?? '';
const notices: Diagnostic[] = [];
const found = new Set<string>();
const folders = await readdir(root);
const feed = new ContextFeed({
  context: root,
  ignore: ignoreNothing,
  roots: [''],
  rootsOf: () => [''],
  mayUnpack: () => false,
  window: { quiet: 15, cap: 300 },
  clock: systemClock,
  signal: AbortSignal.timeout(20_000),
  onResult: ({ changes }) => {
    for (const { path, after } of changes) if (after?.kind === 'file') found.add(path);
    if (found.size === folders.length) void finish();
  },
  onNotice: (notice) => notices.push(notice),
  onError: (error) => {
    throw error;
  },
});

async function finish(): Promise<void> {
  await feed.close();
  process.stdout.write(JSON.stringify({ notices, found: [...found] }), () => process.exit(0));
}

await feed.start();
for (const folder of folders) await writeFile(join(root, folder, 'file'), 'new');
