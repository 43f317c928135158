import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readBuilds } from '../../src/compose/load-project.js';
import { readProject } from '../../src/compose/project.js';
import { askedPath } from '../../src/inspect/asked-paths.js';
import { explainService } from '../../src/inspect/explain-service.js';
import { verdictText } from '../../src/inspect/verdict-text.js';
import { liveModel } from '../../src/session/service-model.js';
import { writeTree } from '../helpers/write-tree.js';

test('a path of an additional context is a rebuild where a needed stage reads it, whatever the build context does', async (t) => {
  const cwd = await realpath(await mkdtemp(join(tmpdir(), 'livepush-explain-')));
  t.teardown(() => rm(cwd, { recursive: true }));
  await writeTree(cwd, {
    Dockerfile: 'FROM c AS left-out\nFROM busybox\nCOPY b/both b/own /\nCOPY --from=b both only* deep/ /\n',
    ...{ 'b/both': '', 'b/own': '', 'b/only': '', 'b/deep/x': '', 'b/log': '', 'c/x': '' },
    'b/.dockerignore': 'log\n',
  });
  const additional_contexts = { b: join(cwd, 'b'), c: join(cwd, 'c'), image: 'docker-image://busybox' };
  const text = JSON.stringify({ name: 'shop', services: { web: { build: { context: cwd, additional_contexts } } } });
  const [build] = (await readBuilds(readProject(text).services, cwd)).builds;
  if (!build) throw new Error('The service is not built.');
  const paths = ['b/both', 'b/own', 'b/only', 'b/only2', 'b/deep', 'b/log', 'c/x', 'b/.dockerignore'];
  const asked = await Promise.all(paths.map((path) => askedPath(path, cwd)));
  const { signal } = new AbortController();
  const model = liveModel(build, { platform: 'linux/amd64' });
  const explained = await explainService({ model, asked, cwd, project: 'shop', engine: undefined, signal });
  const said = explained?.arguments.flatMap((argument) =>
    argument.paths.map(({ shown, verdict }) => [shown, verdict.kind, verdictText(verdict, build.dockerfilePath)]),
  );
  const anew = 'the service is built anew, and its containers are made anew';
  const read = ['rebuild', `is read of the additional context b: ${anew}`];
  t.deepEqual(said, [
    ['b/both', ...read],
    ['b/own', 'stale', 'stale from Dockerfile:3: COPY b/both b/own /'],
    ['b/only', ...read],
    ['b/only2', ...read],
    ['b/deep/x', ...read],
    ['b/log', 'uncovered', 'nothing happens: no COPY, ADD or RUN --mount reads it'],
    ['c/x', 'uncovered', 'nothing happens: no COPY, ADD or RUN --mount reads it'],
    ['b/.dockerignore', 'rebuild', `is the ignore file of the additional context b: ${anew}`],
  ]);
});
