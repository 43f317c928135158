import test from 'ava';
import { readLine } from '../../../src/cli/completion/wanted-values.js';

/** A command line; what is typed last is behind the last blank. */
const read = (line: string) => readLine(line.split(' '));
const wanted = (line: string) => read(line).wanted;

test('the first word is a command, also behind options', (t) => {
  t.deepEqual(wanted(''), { kind: 'commands' });
  t.deepEqual(wanted('-f compose.yaml u'), { kind: 'commands' });
});

test('arguments of a command are what it takes', (t) => {
  t.deepEqual(wanted('up web '), { kind: 'values', values: 'services', given: ['web'] });
  t.deepEqual(wanted('explain src/'), { kind: 'values', values: 'files', given: [] });
  t.deepEqual(wanted('install '), { kind: 'values', values: 'nothing', given: [] });
  t.deepEqual(wanted('completion '), { kind: 'values', values: ['bash', 'zsh', 'fish'], given: [] });
});

test('a word that starts with a dash is an option of the command', (t) => {
  const up = wanted('up --');
  const names = up.kind === 'options' ? up.options.map(({ definition }) => definition) : [];
  t.true(names.some((name) => name.startsWith('-s,--service')));
  t.false(names.some((name) => name.startsWith('--no-trunc')));
});

test('behind -- there are no options', (t) => {
  t.deepEqual(wanted('up -- -'), { kind: 'values', values: 'services', given: [] });
});

test('the value of an option is what the option takes, in the next word or behind =', (t) => {
  const values = (line: string) => {
    const { wanted: found, prefix } = read(line);
    return [found.kind === 'values' ? found.values : found.kind, prefix];
  };
  t.deepEqual(values('up -s w'), ['built-services', 'w']);
  t.deepEqual(values('up --service=w'), ['built-services', 'w']);
  t.deepEqual(values('--profile '), ['profiles', '']);
  t.deepEqual(values('-f co'), ['compose-files', 'co']);
  t.deepEqual(values('ps --format '), [['table', 'json'], '']);
  t.deepEqual(values('explain --format=j'), [['text', 'json'], 'j']);
  t.deepEqual(values('up --debounce '), ['nothing', '']);
});

test('the value of an option is no argument, and is told by its long name', (t) => {
  const { wanted: found, options } = read('-f up -p shop up --profile=x -f b.yaml ');
  t.deepEqual(found, { kind: 'values', values: 'services', given: [] });
  t.deepEqual(Object.fromEntries(options), {
    '--file': ['up', 'b.yaml'],
    '--project-name': ['shop'],
    '--profile': ['x'],
  });
});
