import test from 'ava';
import { demandsFirst } from '../../src/session/first-process.js';
import { readScript } from '../../src/session/read-script.js';

test('a script becomes what it executes, with its options left out, or its own arguments', (t) => {
  const read = (text: string) => {
    const { executed, passesOn } = readScript(text);
    return [executed.map((words) => words.join(' ')), passesOn];
  };
  t.deepEqual(read('#!/bin/sh\nset -e\n# exec /init\nexec "$@"\n'), [[], true]);
  t.deepEqual(read('exec -a name /init "$@"'), [['name /init'], true]);
  t.deepEqual(read('if true; then exec s6-svscan /etc/s6; fi\nexec \\\n  gosu me "$@"'), [
    ['s6-svscan /etc/s6', 'gosu me'],
    true,
  ]);
  t.deepEqual(read('echo exec /init\n/init\n'), [[], false]);
  t.deepEqual(readScript('/init', { whole: true }).executed, [['/init']]);
  t.deepEqual(readScript('A=b exec /init', { whole: true }).executed, [['/init']]);
  t.deepEqual(readScript('one; two', { whole: true }).executed, []);
});

test('a script that looks at its own number is found', (t) => {
  for (const text of ['[ "$$" -ne 1 ]', 'test $$ = 1', '[[ $$ == "1" ]]', '[ 1 -eq $$ ]'])
    t.true(readScript(text).asksForOne);
  for (const text of ['[ $# -ne 1 ]', 'echo $$ 1', '[ "$$" -gt 100 ]', '# [ $$ = 1 ]'])
    t.false(readScript(text).asksForOne);
});

test('programs say in many words that they have to be process 1', (t) => {
  for (const line of [
    's6-overlay-suexec: fatal: can only run as pid 1',
    'runit: fatal: must be run as process no 1.',
    'init: must be run as PID 1',
    "System has not been booted with systemd as init system (PID 1). Can't operate.",
    'must be process #1',
  ])
    t.true(demandsFirst(line), line);
  for (const line of ['worker 1 (pid 12) has ended', 'pid 10', 'processed 1 file', 'process 12'])
    t.false(demandsFirst(line), line);
});
