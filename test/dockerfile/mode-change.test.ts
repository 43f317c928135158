import { readFileSync } from 'node:fs';
import test from 'ava';
import { modeAfter, octalMode, readModeChange } from '../../src/dockerfile/mode-change.js';

const linesOf = (file: string): string[] =>
  readFileSync(`fixtures/modes/${file}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

const FILES = [0o644, 0o755, 0o4711, 0o2670, 0o1604, 0].map((mode) => ({ kind: 'file', mode }));
const DIRECTORIES = [0o755, 0o1777, 0o2700, 0o640].map((mode) => ({ kind: 'directory', mode }));

// The table is what BuildKit 0.25 makes of it: `stat -c %a` in a built image.
for (const line of linesOf('modes.txt')) {
  const [chmod = '', modes = ''] = line.split(' => ');
  test(`--chmod=${chmod} changes modes as in a build`, (t) => {
    t.is([...FILES, ...DIRECTORIES].map((before) => modeAfter(chmod, before).toString(8)).join(' '), modes);
  });
}

test('what builders refuse is no mode', (t) => {
  const taken = linesOf('no-modes.txt').filter((text) => octalMode(text) ?? readModeChange(text));
  t.deepEqual(taken, []);
});

test('without --chmod a mode stays', (t) => {
  t.is(modeAfter(undefined, { kind: 'file', mode: 0o4640 }), 0o4640);
});
