import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { runNotRepeatable } from '../../src/check/rules/run-not-repeatable.js';
import { readSubject } from '../../src/check/subject.js';
import type { ContextTree } from '../../src/plan/context-tree.js';

const folder = 'fixtures/check/corpus';

/**
 * A context in which everything is that a COPY asks for: what has a dot in its name is a file, the rest directories. What
 * compilers make is not there.
 */
const anyContext: ContextTree = {
  get: (path) =>
    /(?:^|\/)target\/(?:.*\/)?[^./]*$/.test(path)
      ? undefined
      : /\.\w+$/.test(path) || path.endsWith('file')
        ? { kind: 'file', mode: 0o644, size: 1, digest: '', mtimeMs: 0 }
        : { kind: 'directory', mode: 0o755, mtimeMs: 0 },
  children: () => [],
  members: () => [],
};

function hitsIn(text: string, name: string): string[] {
  const service = { name, entrypoint: undefined, readOnly: false, mounts: [], target: undefined, livepush: undefined };
  const { root, ...trees } = { root: '/context', all: anyContext, sent: anyContext };
  const subject = readSubject(
    { ...service, placeOf: () => undefined },
    {
      dockerfile: { path: name, text },
      target: undefined,
      args: {},
      additionalContexts: [],
      platform: 'linux/amd64',
      context: { root, ...trees, ignoreFile: undefined },
    },
  );
  return runNotRepeatable.find(subject).map(({ range, message }) => `${name}:${range?.line}: ${message}`);
}

test('the commands that will not run twice are found in Dockerfiles of all styles, and no others', (t) => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.Dockerfile'));
  t.true(files.length >= 60);
  const found = files.flatMap((file) =>
    hitsIn(readFileSync(`${folder}/${file}`, 'utf8'), file.replace('.Dockerfile', '')),
  );
  const expected = readFileSync(`${folder}/hits.txt`, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  t.deepEqual(found, expected);
});
