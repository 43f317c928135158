import test from 'ava';
import fc from 'fast-check';
import { cleanLine } from '../../src/ui/clean-line.js';

const plain = (line: string) => cleanLine(line, { colour: false });
const coloured = (line: string) => cleanLine(line, { colour: true });

test('colours go where they are not wanted', (t) => {
  t.is(plain('\u001b[1;31mred\u001b[0m text \u001b[38;2;1;2;3mtrue colour'), 'red text true colour');
});

test('colours stay where they are wanted, and end with the line', (t) => {
  t.is(coloured('\u001b[31mred'), '\u001b[31mred\u001b[0m');
  t.is(coloured('no colour'), 'no colour');
});

test('cursor movement, titles and bells go even where colours stay', (t) => {
  t.is(coloured('\u001b[2J\u001b[1A\u001b]0;my title\u0007a\u0007b\u001b[?25lc\u001bMd'), 'abcd');
});

test('of a line that was overwritten, the last text is kept', (t) => {
  t.is(plain('10%\r50%\r100%\r'), '100%');
  t.is(plain('windows\r'), 'windows');
});

test('tabs stay', (t) => {
  t.is(plain('a\tb'), 'a\tb');
});

test('an escape sequence that is cut off leaves no escape character', (t) => {
  t.is(plain('a\u001b'), 'a');
  t.notRegex(plain('a\u001b]0;never ended'), /\p{Cc}/u);
});

test('whatever comes, no control character but the tab gets through', (t) => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('\u001b', '[', ']', 'm', '\u0007', '\\', '\r', '\u009b', '3', ';'),
  );
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const line = pieces.join('').replaceAll('\n', '');
        return !/(?!\t)\p{Cc}/u.test(plain(line)) && !/(?!\t)\p{Cc}/u.test(coloured(line).replaceAll('\u001b', ''));
      }),
    ),
  );
});
