import test from 'ava';
import { Dockerfile, DockerfileParseError } from '../../src/index.js';

const LIVE = ['FROM busybox AS one', 'COPY a /a', '#dev-cmd-live=top -b', 'COPY b /b', 'RUN make', 'CMD ["x"]'];

test('a Dockerfile without directives stays as it is, byte for byte', (t) => {
  const text = '# a comment\r\nFROM busybox \\\r\n  AS x\r\n\r\nCOPY a /a';
  const dockerfile = new Dockerfile(Buffer.from(text));
  t.is(dockerfile.generateLiveDockerfile(), text);
  t.is(dockerfile.liveCmd, null);
  t.deepEqual(
    dockerfile.stages.map(({ index, name }) => [index, name]),
    [[0, 'x']],
  );
});

test('the stages are those of the live Dockerfile', (t) => {
  const dockerfile = new Dockerfile([...LIVE, 'FROM nginx', 'COPY --from=one /a /a'].join('\n'));
  t.is(dockerfile.liveCmd, 'top -b');
  t.is(dockerfile.stages.length, 1);
  t.is(
    dockerfile.generateLiveDockerfile(),
    'FROM busybox AS one\nCOPY a /a\n#livecmd-marker=1\nCMD top -b\nCOPY b /b\n',
  );
});

test('a live Dockerfile that is given back is known again', (t) => {
  const live = new Dockerfile(LIVE.join('\n')).generateLiveDockerfile();
  const again = new Dockerfile(live);
  t.is(again.liveCmd, 'top -b');
  t.is(again.generateLiveDockerfile(), live);
  t.is(again.liveCommand?.line, 4);
  t.deepEqual(again.lineMap, [1, 2, 3, 4, 5]);
});

test('a live Dockerfile is known by its marker alone: another process has made it', (t) => {
  const lines = ['FROM busybox AS one', 'COPY a /a', '#livecmd-marker=1', 'CMD ["top"]', 'COPY b /b'];
  const { liveCmd, liveCommand } = new Dockerfile(lines.join('\n'));
  t.is(liveCmd, '["top"]');
  t.deepEqual(liveCommand, { stage: 0, line: 4, value: '["top"]' });
  t.is(new Dockerfile(lines.filter((line) => !line.startsWith('#')).join('\n')).liveCmd, null);
  t.is(new Dockerfile('FROM busybox\n#livecmd-marker=1\nCOPY a /a\nCMD x').liveCmd, null);
});

test('the lines of a live Dockerfile are those of the Dockerfile, whatever its line ends', (t) => {
  const { lineMap, liveCommand, parsed } = new Dockerfile(LIVE.join('\r\n'));
  t.deepEqual(lineMap, [1, 2, 3, 3, 4]);
  t.is(liveCommand?.line, 4);
  t.is(parsed.text, 'FROM busybox AS one\r\nCOPY a /a\r\n#livecmd-marker=1\r\nCMD top -b\r\nCOPY b /b\r\n');
});

test('what cannot be used is told with line and column', (t) => {
  const error = t.throws(() => new Dockerfile('FROM busybox\nCOPY a\n'), { instanceOf: DockerfileParseError });
  t.deepEqual([error.line, error.column], [2, 6]);
  t.regex(error.message, /^Dockerfile:2:6: /);
  t.is(error.code, 'dockerfile');
  for (const [text, line] of [
    ['RUN x\n', 1],
    ['FROM busybox\n#dev-cmd-lvie=x\n', 2],
    ['FROM busybox\n#dev-cmd-live=x\n#dev-cmd-live=y\n', 3],
    ['', 1],
    ['FROM busybox\nRUMMAGE x\n', 2],
    ['FROM busybox\nCMD --user=me true\n', 2],
    ['FROM busybox\nEXPOSE 70000\n', 2],
    ['FROM busybox\nRUN --mount=type=nothing true\n', 2],
    ['FROM busybox\nCOPY --from=3 / /\n', 2],
    ['FROM Busybox\n', 1],
  ] as const) {
    t.is(t.throws(() => new Dockerfile(text), { instanceOf: DockerfileParseError })?.line, line, text);
  }
});

test('what may not be meant is kept as a diagnostic', (t) => {
  const { diagnostics } = new Dockerfile('# syntax=example/frontend\nFROM busybox\nRUMMAGE x\n');
  t.deepEqual(
    diagnostics.map(({ code, severity }) => [code, severity]),
    [['unknown-instruction', 'warning']],
  );
});
