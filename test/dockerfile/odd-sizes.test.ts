import test from 'ava';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';
import { trimPrefix, trimSuffix } from '../../src/dockerfile/shell-pattern.js';
import { componentPattern } from '../../src/plan/glob.js';
import { parseIgnore } from '../../src/watch/ignore.js';

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

function read(text: string) {
  const parsed = parseDockerfile(text, 'Dockerfile');
  const options = { buildArgs: {}, additionalContexts: [], baseConfig: () => undefined };
  const { stages, diagnostics } = resolveStages(parsed.dockerfile, options);
  return { stages, codes: [...parsed.diagnostics, ...diagnostics].map(({ code, message }) => `${code}: ${message}`) };
}

// each of these would not end in a lifetime if it went back for what it has matched
test('patterns of many stars are matched in one go', (t) => {
  const path = `${'a/'.repeat(20)}${'x'.repeat(250)}`;
  t.false(parseIgnore(`${'*x'.repeat(30)}y\n**/${'*x'.repeat(30)}y\n${'**/a/'.repeat(15)}b`).ignores(path));
  t.true(parseIgnore(`**/${'*x'.repeat(30)}`).ignores(path));
  t.false(componentPattern(`${'*a'.repeat(40)}b`)?.test('a'.repeat(255)) ?? true);
  t.is(trimPrefix('a'.repeat(1000), `${'*a'.repeat(40)}b`, true), 'a'.repeat(1000));
  t.is(trimSuffix('a'.repeat(1000), `b${'a*'.repeat(40)}`, true), 'a'.repeat(1000));
});

test('substitutions that stand in each other without an end are an error, not a crash', (t) => {
  const { codes } = read(`FROM x\nENV A=${'${A:-'.repeat(10_000)}x${'}'.repeat(10_000)}\n`);
  t.deepEqual(codes, ['bad-substitution: ENV cannot be expanded: more than 300 substitutions stand in each other.']);
});

test('variables that double each other end at a limit', (t) => {
  const { codes } = read(`FROM x\nENV A0=xx\n${lines(40, (at) => `ENV A${at + 1}=$A${at}$A${at}`)}\n`);
  t.true(codes.length > 0 && codes.every((code) => code.includes('more than 1048576 characters')));
});

test('thousands of steps, stages, heredocs and variables are read', (t) => {
  t.is(read(`FROM x\n${lines(20_000, (at) => `RUN echo ${at}`)}\n`).stages[0]?.steps.length, 20_000);
  t.is(
    read(`FROM x AS s0\n${lines(3000, (at) => `FROM x AS s${at + 1}\nCOPY --from=s${at} / /`)}\n`).stages.length,
    3001,
  );
  t.deepEqual(read(`FROM x\n${lines(5000, (at) => `RUN echo << E${at}`)}\n`).codes, []);
  t.deepEqual(read(`FROM x\nENV ${lines(5000, (at) => `A${at + 1}=$A${at} \\`)}\n  B=c\n`).codes, []);
  const many = read(`FROM x\nENV A0=x\n${lines(5000, (at) => `ENV A${at + 1}=$A${at}`)}\nRUN x\n`);
  t.regex(many.codes.join(), /^bad-argument: A stage may have 2000 ENV and ARG instructions here/);
  t.is(many.stages[0]?.steps.at(-1)?.kind, 'run');
});
