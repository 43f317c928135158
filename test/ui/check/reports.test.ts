import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import test from 'ava';
import { rules } from '../../../src/check/rules.js';
import type { CheckResult } from '../../../src/ui/check/check-report.js';
import { githubReport } from '../../../src/ui/check/github-report.js';
import { jsonReport } from '../../../src/ui/check/json-report.js';
import { prettyReport } from '../../../src/ui/check/pretty-report.js';
import { sarifReport } from '../../../src/ui/check/sarif-report.js';

const dockerfile = 'FROM node\n\t#dev-rnu=npm test\nRUN true && \\\n    mkdir dist\n';

const result: CheckResult = {
  services: ['web', 'api'],
  texts: new Map([['web/Dockerfile', dockerfile]]),
  rules,
  program: 'docker livepush',
  diagnostics: [
    {
      code: 'unknown-directive',
      severity: 'error',
      message: 'There is no directive dev-rnu.',
      hint: 'Did you mean #dev-run=npm test',
      service: 'web',
      file: 'web/Dockerfile',
      range: { line: 2, column: 2, endLine: 2, endColumn: 19 },
    },
    {
      code: 'run-not-repeatable',
      severity: 'warning',
      message: 'mkdir dist fails: 100%,\nreally.',
      service: 'web',
      file: 'web/Dockerfile',
      range: { line: 3, column: 5, endLine: 4, endColumn: 15 },
    },
    { code: 'compose-warning', severity: 'note', message: 'A variable is not set.' },
  ],
};

const nothing: CheckResult = { ...result, diagnostics: [] };

test('the pretty report shows each line with a caret, and a summary', (t) => {
  t.is(prettyReport(result, { colour: false }), readFileSync('fixtures/check-report/pretty.txt', 'utf8'));
});

test('the pretty report has colours where they are wanted, and the same text', (t) => {
  const coloured = prettyReport(result, { colour: true });
  t.true(coloured.includes('\u001b[31m'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
  t.is(coloured.replaceAll(/\u001b\[\d+m/g, ''), prettyReport(result, { colour: false }));
});

test('the pretty report lets no control characters of a file through, and cuts long lines', (t) => {
  const line = `RUN ${'x'.repeat(500)}\u001b[2J mkdir a`;
  const range = { line: 1, column: 510, endLine: 1, endColumn: 517 };
  const [first] = result.diagnostics;
  const texts = new Map([['Dockerfile', line]]);
  const diagnostics = first === undefined ? [] : [{ ...first, file: 'Dockerfile', range }];
  const report = prettyReport({ ...result, texts, diagnostics }, { colour: false });
  t.false(report.includes('\u001b'));
  for (const shown of report.split('\n')) t.true(shown.length < 130, shown);
});

test('the pretty report of nothing says so', (t) => {
  t.is(prettyReport(nothing, { colour: false }), 'Nothing to complain about in 2 services.\n');
});

test('the JSON report is one object with null for what is not known', (t) => {
  const { diagnostics, summary } = JSON.parse(jsonReport(result));
  t.deepEqual(summary, { errors: 1, warnings: 1, notes: 1, services: ['web', 'api'] });
  t.deepEqual(diagnostics[2], {
    ...{ code: 'compose-warning', severity: 'note', message: 'A variable is not set.', hint: null, service: null },
    ...{
      file: null,
      line: null,
      column: null,
      endLine: null,
      endColumn: null,
      help: 'docker livepush check --explain compose-warning',
    },
  });
  t.like(diagnostics[0], { service: 'web', file: 'web/Dockerfile', line: 2, column: 2, endLine: 2, endColumn: 19 });
});

test('the GitHub report escapes what its commands are made of', (t) => {
  t.is(githubReport(result), readFileSync('fixtures/check-report/github.txt', 'utf8'));
  const [first] = result.diagnostics;
  const odd = first === undefined ? [] : [{ ...first, file: 'a,b:c%.txt' }];
  t.true(githubReport({ ...result, diagnostics: odd }).startsWith('::error file=a%2Cb%3Ac%25.txt,line=2,'));
  t.is(githubReport(nothing), '');
});

/** By the whole official schema. Its draft is an older one of the same keywords, with patterns from before the `u` flag. */
function sarifValidator() {
  const file = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
  const formats = {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => URL.canParse(text, 'file:///'),
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  };
  return new Ajv({ allErrors: true, strict: false, unicodeRegExp: false, formats }).compile(schema);
}

test('the SARIF report keeps to the schema of SARIF 2.1.0', (t) => {
  const validate = sarifValidator();
  const logs = [result, nothing].flatMap((each) =>
    [undefined, 'https://example.com/livepush/'].map((homepage) => sarifReport(each, { version: '1.2.3', homepage })),
  );
  for (const log of logs) t.true(validate(JSON.parse(log)), JSON.stringify(validate.errors));
  t.false(validate({ version: '2.1.0', runs: [{ tool: { driver: {} } }] }));
  t.false(validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ level: 'fatal' }] }] }));
});

test('a SARIF result names its rule, its place and its service', (t) => {
  const [run] = JSON.parse(sarifReport(result, { version: '1.2.3', homepage: undefined })).runs;
  const [found] = run.results;
  t.is(run.tool.driver.rules[found.ruleIndex].id, 'unknown-directive');
  t.deepEqual(found.locations[0].physicalLocation, {
    artifactLocation: { uri: 'web/Dockerfile', uriBaseId: '%SRCROOT%' },
    region: { startLine: 2, startColumn: 2, endLine: 2, endColumn: 19 },
  });
  t.deepEqual(found.properties, { service: 'web' });
  t.is(run.results[2].locations, undefined);
});
