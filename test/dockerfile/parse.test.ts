import test from 'ava';
import fc from 'fast-check';
import { makeLive } from '../../src/dockerfile/live.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';

const parse = (...lines: readonly string[]) => parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile');
const firstOf = (...lines: readonly string[]) => parse('FROM busybox', ...lines).dockerfile.stages[0]?.instructions[0];

test('every flag is read, whatever stands next to it', (t) => {
  const instruction = firstOf('COPY --from=build --chown="1:2" --link \'--exclude\'=a --exclude="b c" -- --x /y');
  t.deepEqual(instruction?.flags, [
    { name: 'from', value: 'build' },
    { name: 'chown', value: '1:2' },
    { name: 'link', value: undefined },
  ]);
  t.is(instruction?.args, '\'--exclude\'=a --exclude="b c" -- --x /y');
  const bare = firstOf('COPY --exclude="b c" --exclude=d\\ e -- --x /y');
  t.deepEqual(
    bare?.flags.map(({ value }) => value),
    ['b c', 'd e'],
  );
  t.is(bare?.args, '--x /y');
});

test('a comment of the form name=value at the top is no parser directive and changes nothing', (t) => {
  const { dockerfile, diagnostics } = parse('# version=1', '# escape=`', 'FROM busybox', 'RUN a \\', '  b');
  t.is(dockerfile.escape, '\\');
  t.is(dockerfile.stages[0]?.instructions[0]?.args, 'a   b');
  t.deepEqual(diagnostics, []);
});

test('parser directives are read with blanks, in any case and order, and before anything else', (t) => {
  t.is(parse('#  SYNTAX = docker/dockerfile:1', ' # Escape=`', 'FROM busybox').dockerfile.escape, '`');
  t.is(parse('', '# escape=`', 'FROM busybox').dockerfile.escape, '\\');
});

test('a wrong escape character is an error', (t) => {
  const { diagnostics } = parse('# escape=/', 'FROM busybox');
  t.deepEqual(
    diagnostics.map(({ code, range }) => [code, range?.line]),
    [['parser-directive', 1]],
  );
});

test('stages carry names, platforms and the instructions between two FROMs', (t) => {
  const { dockerfile } = parse('ARG A', 'from --platform=$BUILDPLATFORM  a:1   as  Build', 'RUN x', 'FROM b', 'CMD y');
  t.is(dockerfile.globalArgs.length, 1);
  t.deepEqual(
    dockerfile.stages.map(({ name, base, platform, line, instructions }) => [
      name,
      base,
      platform,
      line,
      instructions.length,
    ]),
    [
      ['Build', 'a:1', '$BUILDPLATFORM', 2, 1],
      [undefined, 'b', undefined, 4, 1],
    ],
  );
});

test('an unknown instruction in a stage is kept without a diagnostic', (t) => {
  const { dockerfile, diagnostics } = parse('FROM busybox', 'frobnicate --x all', 'RUN y');
  t.is(dockerfile.stages[0]?.instructions[0]?.keyword, 'FROBNICATE');
  t.deepEqual(diagnostics, []);
});

test('a heredoc delimiter is the word without its quotes, and only RUN, COPY and ADD start one', (t) => {
  const heredocs = (line: string) => firstOf(line, 'body', 'E F')?.heredocs.map(({ name, expand }) => [name, expand]);
  t.deepEqual(heredocs('RUN cat <<"E F"'), [['E F', false]]);
  t.deepEqual(heredocs("RUN cat <<E' 'F"), [['E F', false]]);
  t.deepEqual(heredocs('CMD cat <<"E F"'), []);
  t.deepEqual(heredocs('RUN cat "<<E"'), []);
  t.deepEqual(heredocs('RUN cat <<<E'), []);
});

test('a quote that is never closed starts no heredoc', (t) => {
  const { dockerfile } = parse('FROM busybox', "RUN echo it's <<EOF", 'RUN next', 'EOF');
  t.deepEqual(
    dockerfile.stages[0]?.instructions.map(({ keyword, line }) => [keyword, line]),
    [
      ['RUN', 2],
      ['RUN', 3],
      ['EOF', 4],
    ],
  );
});

test('a place in a diagnostic is given with line and column', (t) => {
  const [diagnostic] = parse('FROM busybox', '', '  COPY \\', '    one').diagnostics;
  t.is(diagnostic?.file, 'Dockerfile');
  t.deepEqual(diagnostic?.range, { line: 4, column: 5, endLine: 4, endColumn: 8 });
});

const FRAGMENTS = [
  'FROM a',
  'FROM a AS b\n',
  'from ',
  'RUN ',
  'COPY --from=b',
  ' x',
  ' /y',
  ' \\',
  '\\\n',
  '`',
  '\n',
  '\r\n',
  '\r',
  '# ',
  '#dev-run=x',
  '#dev-cmd-live=y\n',
  '# escape=`\n',
  '<<',
  '<<-EOF',
  "<<'E'",
  '\nEOF\n',
  '\nE\n',
  '["a"',
  ',',
  ']',
  '"',
  "'",
  '$',
  '${',
  '}',
  ':-',
  '=',
  '--mount=',
  'type=cache',
  ',target=',
  'ENV ',
  'ARG ',
  'ONBUILD ',
  'SHELL ',
  '\t',
  '\uFEFF',
  'ü',
  '\0',
  'WORKDIR ',
  '%',
  '/',
  '#',
  '*',
  '?',
];
const dockerfiles = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 30 }).map((parts) => parts.join(''));

test('no text makes parsing, rewriting or resolving throw', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(dockerfiles, (text) => {
        const { dockerfile } = parseDockerfile(text, 'Dockerfile');
        const live = makeLive(dockerfile, {});
        const again = parseDockerfile(live.text, 'Dockerfile').dockerfile;
        resolveStages(again, { buildArgs: {}, additionalContexts: [], baseConfig: () => undefined });
      }),
      { numRuns: 3000 },
    ),
  );
});

test('every line belongs to one instruction at most, and instructions stand in order', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(dockerfiles, (text) => {
        const { dockerfile } = parseDockerfile(text, 'Dockerfile');
        const all = dockerfile.stages.flatMap((stage) => [stage, ...stage.instructions]);
        return all.every(({ line, endLine }, index) => line <= endLine && line > (all[index - 1]?.endLine ?? 0));
      }),
    ),
  );
});
