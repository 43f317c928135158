import test from 'ava';
import { readSuppressions } from '../../src/check/suppression.js';
import { readSource } from '../../src/dockerfile/source-lines.js';

const read = (...lines: string[]) => readSuppressions(readSource(lines.join('\n')).lines);

test('a comment is about the whole of the next instruction', (t) => {
  const found = read('FROM a', '# livepush-check ignore=one, two', '', 'RUN a \\', '  # why', '  b', 'RUN c');
  t.deepEqual(found, [{ ids: ['one', 'two'], line: 2, from: 4, to: 6 }]);
});

test('a comment inside of an instruction is about the next line', (t) => {
  const found = read('RUN a \\', '  # livepush-check ignore=one', '  # why', '  b && \\', '  c');
  t.deepEqual(found, [{ ids: ['one'], line: 2, from: 4, to: 4 }]);
});

test('a comment in front of a heredoc is about its body too', (t) => {
  const found = read('# livepush-check ignore=one', 'RUN <<EOF', 'a', 'EOF', 'RUN b');
  t.deepEqual(found, [{ ids: ['one'], line: 1, from: 2, to: 4 }]);
});

test('a comment in front of a directive is about the directive', (t) => {
  const found = read('FROM a', '# livepush-check ignore=one', '#dev-run=x', '#dev-run=y');
  t.deepEqual(found, [{ ids: ['one'], line: 2, from: 3, to: 3 }]);
});

test('several comments in a row are about the same instruction', (t) => {
  const found = read('# livepush-check ignore=one', '## Livepush-Check ignore = two', 'RUN b');
  t.deepEqual(
    found.map(({ from, to }) => [from, to]),
    [
      [3, 3],
      [3, 3],
    ],
  );
});

test('a heredoc and an instruction hold no requests', (t) => {
  t.deepEqual(read('RUN <<EOF', '# livepush-check ignore=one', 'EOF', 'RUN echo # livepush-check ignore=one'), []);
});
