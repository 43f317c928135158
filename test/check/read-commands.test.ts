import { readFileSync } from 'node:fs';
import test from 'ava';
import type { Known } from '../../src/check/shell/known-words.js';
import { readCommands } from '../../src/check/shell/read-commands.js';

const sh = ['/bin/sh', '-c'];

/** `mkdir a` with a mark for what becomes of its failure: `!` ends the step, `~` is tolerated, `?` runs on a condition. */
function marks(source: string, shell: readonly string[] = sh, variables: Known = () => undefined): string {
  const commands = readCommands(source, { folder: '/w', shell, variables }).filter(
    ({ program }) => program === 'mkdir',
  );
  return commands.map(({ tolerated, guarded }) => (guarded ? '?' : tolerated ? '~' : '!')).join('');
}

const cases: readonly (readonly [source: string, marks: string, why: string])[] = [
  ['mkdir a', '!', 'a command alone'],
  ['mkdir a && mkdir b', '!!', 'a chain'],
  ['mkdir a; true', '~', 'a list goes on'],
  ['set -e; mkdir a; true', '!', 'set -e ends a list'],
  ['set -eux; mkdir a; true', '!', 'letters stand together'],
  ['set -o errexit; mkdir a; true', '!', 'the long name'],
  ['set -e; set +e; mkdir a; true', '~', 'set +e takes it back'],
  ['set -e; mkdir a && mkdir b; true', '~!', 'set -e looks at the last of a chain alone'],
  ['mkdir a || true', '~', 'a rescue'],
  ['mkdir a || exit 1', '!', 'no rescue'],
  ['mkdir a || { echo no; exit 1; }', '!', 'a group that ends the step'],
  ['mkdir a && true || true', '~', 'a rescue further on'],
  ['[ -d a ] || mkdir a', '?', 'a file test'],
  ['test -d a || mkdir a', '?', 'the same by name'],
  ['[[ -d a ]] || mkdir a', '?', 'the same of bash'],
  ['[ ! -d a ] && mkdir a', '?', 'a test in front'],
  ['[ "$A" = b ] && mkdir a', '!', 'a test of something else'],
  ['if [ ! -d a ]; then mkdir a; fi', '?', 'an if'],
  ['if ! id x; then mkdir a; else mkdir b; fi', '??', 'both ways of an if'],
  ['if [ "$A" = b ]; then mkdir a; fi', '!', 'an if about something else'],
  ['[ -e a ] && exit 0; mkdir a', '?', 'an early end'],
  ['if [ -e a ]; then exit 0; fi; mkdir a', '?', 'an early end by if'],
  ['mkdir a | cat', '~', 'a pipeline'],
  ['set -o pipefail; mkdir a | cat', '!', 'a pipeline with pipefail'],
  ['cat | mkdir a', '!', 'the end of a pipeline'],
  ['! mkdir a', '~', 'a negation'],
  ['mkdir a & wait', '~', 'in the background'],
  ['(mkdir a) && { mkdir b; }', '!!', 'groups'],
  ['for x in a b; do mkdir $x; done', '!', 'a loop'],
  ['case $x in y) mkdir a;; *) mkdir b;; esac', '!!', 'a case'],
  ['case x in y) mkdir a;; *) mkdir b;; esac', '!', 'a case of a word that is known'],
  ['while mkdir a; do mkdir b; done', '~!', 'the condition of a loop'],
  ['f() { mkdir a; }; true', '', 'a function is not run where it stands'],
  ['f() { mkdir a; f; }; f; f; true', '~', 'but where it is called first'],
  ['sudo mkdir a; true', '~', 'sudo'],
  ['sudo -u x env A=b mkdir a', '', 'options with values hide a command rather than show another'],
  ["sh -c 'mkdir a; true' && bash -ec 'mkdir b; true'", '~!', 'shells in shells'],
  ['echo "mkdir a" # mkdir b', '', 'texts and comments'],
  ['cat <<EOF\nmkdir a\nEOF', '', 'a heredoc is no script'],
];

for (const [source, expected, why] of cases) {
  test(`${why}: ${source}`, (t) => {
    t.is(marks(source), expected);
  });
}

const branches = readFileSync('fixtures/check/corpus/branches.txt', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t') as [marks: string, source: string]);

for (const [expected, source] of branches) {
  test(`a known variable decides: ${source}`, (t) => {
    const known: Readonly<Record<string, string>> = { ON: 'true', OFF: 'false', NONE: '' };
    t.is(
      marks(source, sh, (name) => known[name]),
      expected === '-' ? '' : expected,
    );
  });
}

test('the options of the shell count', (t) => {
  t.is(marks('mkdir a; true', ['/bin/bash', '-euo', 'pipefail', '-c']), '!');
  t.is(marks('mkdir a | cat', ['/bin/bash', '-o', 'pipefail', '-c']), '!');
});

test('a command knows its folder, its words and its place', (t) => {
  const source = 'cd sub && A=1 sudo mkdir "a b" $C >>log';
  const command = readCommands(source, { folder: '/w', shell: sh }).find(({ program }) => program === 'mkdir');
  t.like(command, { folder: '/w/sub', text: 'A=1 sudo mkdir "a b" $C >>log', start: 10, end: source.length });
  t.deepEqual(command?.args, [
    { text: 'a b', literal: true },
    { text: '$C', literal: false },
  ]);
  t.deepEqual(command?.outputs, [{ append: true, target: { text: 'log', literal: true } }]);
});

test('a folder is forgotten where it cannot be told, and a subshell keeps its own', (t) => {
  const foldersOf = (source: string) => readCommands(source, { folder: '/w', shell: sh }).map(({ folder }) => folder);
  t.deepEqual(foldersOf('cd $X && ls'), ['/w', undefined]);
  t.deepEqual(foldersOf('(cd /x && ls); ls'), ['/w', '/x', '/w']);
});
