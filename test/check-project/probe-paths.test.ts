import test from 'ava';
import { probesFor } from '../../src/check-project/probe-paths.js';
import { makeLive } from '../../src/dockerfile/live.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';
import { MutableTree } from '../../src/plan/context-tree.js';

const tree = new MutableTree();
for (const path of ['', 'src', 'src/deep', 'empty']) tree.set(path, { kind: 'directory', mode: 0o755, mtimeMs: 0 });
for (const path of ['package.json', 'src/deep/a.js', 'src/b.js']) {
  tree.set(path, { kind: 'file', mode: 0o644, size: 1, digest: '', mtimeMs: 0 });
}

function probes(...lines: string[]) {
  const { dockerfile } = parseDockerfile(lines.join('\n'), 'Dockerfile');
  const live = makeLive(dockerfile, {});
  const { dockerfile: parsed } = parseDockerfile(live.text, 'Dockerfile');
  const options = { buildArgs: {}, additionalContexts: [], baseConfig: () => undefined, liveCommand: live.liveCommand };
  return probesFor(tree, resolveStages(parsed, options).stages);
}

test('without a live command one push covers every step, and restarts', (t) => {
  const found = probes('FROM a', 'COPY package.json .', 'RUN x', 'COPY src/ src/');
  t.deepEqual(found, [{ paths: ['package.json', 'src/deep/a.js'], restarts: true }]);
});

test('what only steps behind the live command read is pushed first, and restarts nothing', (t) => {
  const found = probes('FROM a', 'COPY package.json .', '#dev-cmd-live=x', 'COPY . .', 'COPY src/ src/');
  t.deepEqual(found, [
    { paths: ['src/deep/a.js'], restarts: false },
    { paths: ['package.json', 'src/deep/a.js'], restarts: true },
  ]);
});

test('with every step behind the live command nothing restarts', (t) => {
  const found = probes('FROM a', '#dev-cmd-live=x', 'COPY src/b.js .');
  t.deepEqual(found, [{ paths: ['src/b.js'], restarts: false }]);
});

test('steps of earlier stages count', (t) => {
  const found = probes('FROM a AS b', 'COPY src src', 'FROM a', 'COPY --from=b /src /src');
  t.deepEqual(found, [{ paths: ['src/deep/a.js'], restarts: true }]);
});

test('where no step reads a file there is nothing to push', (t) => {
  t.deepEqual(probes('FROM a', 'RUN x'), []);
  t.deepEqual(probes('FROM a', 'COPY empty/ /e/'), []);
});
