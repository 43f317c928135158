import test from 'ava';
import { makeLive } from '../../src/dockerfile/live.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { fixturesOf } from './fixtures.js';
import { renderDiagnostics } from './render-diagnostics.js';

for (const { title, read } of fixturesOf('live')) {
  test(title, (t) => {
    const text = read('Dockerfile') ?? '';
    const { dockerfile } = parseDockerfile(text, 'Dockerfile');
    const live = makeLive(dockerfile, { target: read('target.txt')?.trim() });
    t.is(live.text, read('live.Dockerfile') ?? text);
    t.is(renderDiagnostics(live.diagnostics), read('diagnostics.txt') ?? '');
  });
}

const live = (lines: readonly string[], target?: string) =>
  makeLive(parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile').dockerfile, { target });

test('the live command says its stage, its line and its value', (t) => {
  const { liveCommand, target } = live([
    'FROM a AS one',
    'FROM one',
    'COPY a b',
    ' ##Dev-Cmd-Live=["x", "y=z"] ',
    'RUN z',
  ]);
  t.deepEqual(liveCommand, { stage: 1, line: 4, value: '["x", "y=z"]' });
  t.is(target, undefined);
});

test('the line map leads from each live line to the line that it was', (t) => {
  const { text, lineMap } = live(['FROM a', '#dev-cmd-live=x', 'RUN a \\', '  b', 'COPY a b', 'CMD c', 'ENV D=1']);
  t.is(text, 'FROM a\nCMD x\nCOPY a b\nENV D=1\n');
  t.deepEqual(lineMap, [1, 2, 5, 7]);
});

test('a target stays what it is while no live command applies', (t) => {
  t.is(live(['FROM a AS one', '#dev-env=A=1', 'FROM a AS two'], 'one').target, 'one');
  t.is(live(['FROM a AS one', 'FROM a AS two'], 'TWO').target, 'TWO');
  t.is(live(['FROM a AS one', 'FROM a AS two'], '').target, undefined);
});

test('a build argument may decide which stage the target is built from', (t) => {
  const text = 'ARG BASE=prod\nFROM a AS dev\n#dev-cmd-live=x\nFROM a AS prod\nFROM $BASE AS app\n';
  const { dockerfile } = parseDockerfile(text, 'Dockerfile');
  t.is(makeLive(dockerfile, { target: 'app' }).liveCommand, undefined);
  t.is(makeLive(dockerfile, { target: 'app', buildArgs: { BASE: 'dev' } }).liveCommand?.stage, 0);
});
