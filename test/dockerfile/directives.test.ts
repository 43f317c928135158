import test from 'ava';
import { findDirectives } from '../../src/dockerfile/directives.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';

const find = (...lines: readonly string[]) => {
  const text = `${lines.join('\r\n')}\r\n`;
  return findDirectives(text, parseDockerfile(text, 'Dockerfile').dockerfile);
};

test('directives are found with name, value, line and stage', (t) => {
  const { directives, diagnostics } = find(
    'FROM a',
    '#dev-run=a = b  ',
    'RUN x \\',
    '  y',
    '\t### no',
    ' ##DEV-COPY=--chown=1 a b',
    'FROM b',
    '#dev-env=A="x # y"',
    '#dev-cmd-live=z',
  );
  t.deepEqual(directives, [
    { name: 'run', value: 'a = b', line: 2, stage: 0 },
    { name: 'copy', value: '--chown=1 a b', line: 6, stage: 0 },
    { name: 'env', value: 'A="x # y"', line: 8, stage: 1 },
    { name: 'cmd-live', value: 'z', line: 9, stage: 1 },
  ]);
  t.deepEqual(diagnostics, []);
});

test('a comment behind a line that only looks continued is a directive', (t) => {
  const { directives } = find('FROM a', 'RUN x \\\\', '#dev-run=one', '# a comment \\', '#dev-run=two');
  t.deepEqual(
    directives.map(({ value }) => value),
    ['one', 'two'],
  );
});

test('a misspelt directive suggests the line to write', (t) => {
  const [diagnostic] = find('FROM a', '#dev-cmd-lvie=npm start').diagnostics;
  t.is(diagnostic?.code, 'unknown-directive');
  t.is(diagnostic?.severity, 'error');
  t.is(diagnostic?.hint, 'Did you mean #dev-cmd-live=npm start');
  t.is(diagnostic?.range?.line, 2);
});
