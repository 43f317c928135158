import test from 'ava';
import { formatTable } from '../../src/ui/table.js';

test('columns are as wide as their widest cell', (t) => {
  const rows = [
    ['NAME', 'STATE'],
    ['web', 'live'],
    ['database', 'running'],
  ];
  t.deepEqual(formatTable(rows, 100), ['NAME       STATE', 'web        live', 'database   running']);
});

test('a table that is too wide has its longest cells cut', (t) => {
  const lines = formatTable(
    [
      ['NAME', 'COMMAND', 'FILE'],
      ['web', 'c'.repeat(80), 'f'.repeat(60)],
    ],
    60,
  );
  t.deepEqual(lines[1], `web    ${'c'.repeat(24)}…   ${'f'.repeat(24)}…`);
  t.true(lines.every((line) => line.length <= 60));
});

test('a column keeps a width that can be read, on however narrow a screen', (t) => {
  t.deepEqual(formatTable([['a'.repeat(20), 'b'.repeat(20)]], 5), ['aaaaaaa…   bbbbbbb…']);
});
