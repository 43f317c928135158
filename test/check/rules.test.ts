import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { rules } from '../../src/check/rules.js';
import { trialFindings } from '../../src/check-project/trial-findings.js';
import { checkFolder, renderFindings } from './check-fixture.js';

const ids = rules.map(({ id }) => id);

test('every rule has a file of its own, a fixture and a page, and nothing is left over', (t) => {
  const named = (folder: string, end: string): string[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith(end) && name !== 'corpus')
      .map((name) => name.slice(0, name.length - end.length))
      .sort();
  t.deepEqual(named('src/check/rules', '.ts'), ids);
  t.deepEqual(named('fixtures/check', ''), ids);
  t.deepEqual(named('docs/rules', '.md'), [...ids, ...trialFindings.map(({ id }) => id)].sort());
});

test('every rule is one sentence long, and listed once', (t) => {
  t.is(new Set(ids).size, ids.length);
  for (const { summary } of rules) t.regex(summary, /^[A-Z].*[^.]\.$/);
});

for (const { id, severity } of rules) {
  test(`${id}: the fixture gives what is expected`, async (t) => {
    const folder = `fixtures/check/${id}`;
    const { diagnostics } = await checkFolder(folder);
    const expected = `${folder}/expected.txt`;
    t.is(renderFindings(diagnostics), existsSync(expected) ? readFileSync(expected, 'utf8') : '');
    const own = diagnostics.filter(({ code }) => code === id);
    t.true(own.some((diagnostic) => diagnostic.severity === severity));
  });

  test(`${id}: the page says what, why, and how to do better`, (t) => {
    const page = readFileSync(`docs/rules/${id}.md`, 'utf8');
    t.is(page.split('\n')[0], `# ${id}`);
    for (const heading of ['## Why', '## Bad', '## Good']) t.true(page.includes(`\n${heading}\n`), heading);
  });
}

for (const { id } of trialFindings) {
  test(`${id}: the page says what, why, and what to do`, (t) => {
    const page = readFileSync(`docs/rules/${id}.md`, 'utf8');
    t.is(page.split('\n')[0], `# ${id}`);
    for (const heading of ['## Why', '## What to do']) t.true(page.includes(`\n${heading}\n`), heading);
  });
}

test('each finding of a trial has a code of the list', (t) => {
  const sources = ['judge-push', 'run-check']
    .map((name) => readFileSync(`src/check-project/${name}.ts`, 'utf8'))
    .join('');
  const codes = [...sources.matchAll(/(?:code: |found\()'([a-z-]+)'/g)].map(([, code]) => code);
  t.deepEqual(
    [...new Set(codes)].sort(),
    trialFindings.map(({ id }) => id),
  );
});
