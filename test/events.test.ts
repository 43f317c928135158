import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';

/** `check` has a page for each of its codes; the interface of `livepush` has that package's. */
const elsewhere = /^(?:check|check-project|livepush|ui)\//;

/** How a code is given: in an object, or as an argument of what tells it. */
const given = /(?:\bcode: |\b(?:fault|fail|LivepushError)\(\s*|#warn\(\s*|#tell\(\s*'\w+',\s*)'([a-z]+(?:-[a-z]+)*)'/g;

test('Each code of a diagnostic is documented, and each that is documented is given.', async (t) => {
  const files = (await readdir('src', { recursive: true })).filter(
    (file) => /\.ts$/.test(file) && !elsewhere.test(file),
  );
  const texts = await Promise.all(files.map((file) => readFile(join('src', file), 'utf8')));
  const codes = new Set(texts.flatMap((text) => Array.from(text.matchAll(given), ([, code = '']) => code)));
  t.true(codes.size > 40, `${codes.size}`);
  const page = await readFile('docs/events.md', 'utf8');
  const chapter = /\n## Codes of diagnostics\n(.*?)\n## /s.exec(page)?.[1] ?? '';
  const documented = new Set(Array.from(chapter.matchAll(/`([a-z]+(?:-[a-z]+)*)`/g), ([, code = '']) => code));
  t.deepEqual([...codes].filter((code) => !documented.has(code)).sort(), []);
  const isCode = (word: string): boolean => word.includes('-');
  t.deepEqual([...documented].filter((word) => isCode(word) && !codes.has(word)).sort(), []);
});
