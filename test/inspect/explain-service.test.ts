import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readProject } from '../../src/compose/project.js';
import { askedPath } from '../../src/inspect/asked-paths.js';
import { explainService } from '../../src/inspect/explain-service.js';
import type { ProjectExplanation } from '../../src/inspect/explanation.js';
import { formatExplanation } from '../../src/inspect/format-explanation.js';
import { jsonExplanation } from '../../src/inspect/json-explanation.js';
import { liveModel } from '../../src/session/service-model.js';

type Files = Readonly<Record<string, string>>;

interface Case {
  /** By path in the project's folder; the context is the folder `web`. */
  readonly files: Files;
  readonly paths: readonly string[];
  /** Targets of bind mounts. */
  readonly binds?: readonly string[];
}

/** What is printed about a change of these paths, without any engine. */
const explain = async (t: ExecutionContext, asked: Case): Promise<string[]> => formatExplanation(await look(t, asked));

/** The same as JSON, read: the only service. */
async function explainAsJson(t: ExecutionContext, asked: Case) {
  const { services, ...rest } = JSON.parse(jsonExplanation(await look(t, asked)));
  t.deepEqual(rest, { projectFiles: [], elsewhere: [], assumptions: [] });
  t.is(services.length, 1);
  return services[0];
}

async function look(t: ExecutionContext, { files, paths, binds = [] }: Case): Promise<ProjectExplanation> {
  const cwd = await realpath(await mkdtemp(join(tmpdir(), 'livepush-explain-')));
  t.teardown(() => rm(cwd, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
    await writeFile(join(cwd, path), text);
  }
  const volumes = binds.map((target) => ({ type: 'bind', source: join(cwd, 'web'), target }));
  const text = JSON.stringify({ name: 'shop', services: { web: { build: { context: join(cwd, 'web') }, volumes } } });
  const [service] = readProject(text).services;
  if (!service?.build) throw new Error('The service is not built.');
  const ignoreText = files['web/.dockerignore'];
  const model = liveModel(
    {
      ...{
        service,
        spec: service.build,
        dockerfilePath: 'web/Dockerfile',
        dockerfileText: files['web/Dockerfile'] ?? '',
      },
      ignorePath: ignoreText === undefined ? undefined : join(cwd, 'web/.dockerignore'),
      ...{ ignoreText, ignoreIsOwn: false, additionalFolders: [] },
    },
    { platform: 'linux/amd64' },
  );
  const asked = await Promise.all(paths.map((path) => askedPath(path, cwd)));
  const signal = new AbortController().signal;
  const explained = await explainService({ model, asked, cwd, project: 'shop', engine: undefined, signal });
  const services = explained ? [explained] : [];
  return { services, elsewhere: [], projectFiles: [], assumptions: [], diagnostics: [] };
}

const dockerfile = [
  'FROM busybox AS tools',
  'COPY tool.sh /tool',
  'FROM busybox',
  'WORKDIR /app',
  'COPY --from=tools /tool /bin/tool',
  'COPY package.json ./',
  'RUN install',
  '#dev-cmd-live=watch',
  'COPY src/ src/',
  'RUN build',
  '',
].join('\n');

const files = {
  'web/Dockerfile': dockerfile,
  'web/.dockerignore': '*.log\nout\n',
  'web/package.json': '{}',
  'web/tool.sh': '',
  'web/src/a.js': '',
  'web/src/b.js': '',
  'web/notes.md': '',
  'web/out/x': '',
  'web/out/y': '',
};

test('a path in front of the live command restarts, and says for which line', async (t) => {
  t.deepEqual(await explain(t, { files, paths: ['web/package.json'] }), [
    'web (web/Dockerfile)',
    '  web/package.json: stale from web/Dockerfile:6: COPY package.json ./',
    '  Then a push does this:',
    '    stage 1 from line 6: COPY package.json ./ (changed: package.json)',
    '      write /app/package.json <- package.json (line 6)',
    '      run install (line 7)',
    '      write /app/src <- directory (line 9)',
    '      write /app/src/a.js <- src/a.js (line 9)',
    '      write /app/src/b.js <- src/b.js (line 9)',
    '    restart for line 6: it stands before the live command in line 8',
  ]);
});

test('a directory stands for all in it, and behind the live command nothing restarts', async (t) => {
  t.deepEqual(await explain(t, { files, paths: ['web/src/'] }), [
    'web (web/Dockerfile)',
    '  web/src/ (2 files): stale from web/Dockerfile:9: COPY src/ src/',
    '  Then a push does this:',
    '    stage 1 from line 9: COPY src/ src/ (changed: src/a.js)',
    '      write /app/src/a.js <- src/a.js (line 9)',
    '      write /app/src/b.js <- src/b.js (line 9)',
    '    no restart: line 9 stands after the live command in line 8',
  ]);
});

test('a path of an earlier stage makes the stages that copy from it stale', async (t) => {
  const lines = await explain(t, { files, paths: ['web/tool.sh'] });
  t.is(lines[1], '  web/tool.sh: stale from web/Dockerfile:2: COPY tool.sh /tool');
  t.true(lines.includes('    stage 1 from line 5: COPY --from=tools /tool /bin/tool (stage 0 is replayed)'));
});

test('what no step reads and what an ignore file leaves out says so', async (t) => {
  t.deepEqual(await explain(t, { files, paths: ['web/notes.md', 'web/a.log', 'web/out', 'web/out/x'] }), [
    'web (web/Dockerfile)',
    '  web/notes.md: nothing happens: no COPY, ADD or RUN --mount reads it',
    '  web/a.log (not there: deleted): nothing happens: ignored by web/.dockerignore:1: *.log',
    '  web/out/: nothing happens: ignored by web/.dockerignore:2: out',
    '  web/out/x: nothing happens: ignored by web/.dockerignore:2: out',
  ]);
});

test('what an editor keeps beside a file is no change', async (t) => {
  const lines = await explain(t, { files: { ...files, 'web/src/.a.js.swp': '' }, paths: ['web/src/.a.js.swp'] });
  t.is(lines[1], '  web/src/.a.js.swp: nothing happens: by its name an editor keeps it for itself');
});

test('a path that is not there counts as deleted', async (t) => {
  const lines = await explain(t, { files, paths: ['web/src/gone.js'] });
  t.is(lines[1], '  web/src/gone.js (not there: deleted): stale from web/Dockerfile:9: COPY src/ src/');
  t.true(lines.includes('      remove /app/src/gone.js'), lines.join('\n'));
});

test('a deleted path without which no build works is a fault', async (t) => {
  const { 'web/package.json': _, ...rest } = files;
  const lines = await explain(t, { files: rest, paths: ['web/package.json'] });
  t.is(lines.at(-1), '    fault: COPY source package.json is not in the build context. (line 6)');
});

test('files under a bind mount are left to it, and the steps after them run all the same', async (t) => {
  const lines = await explain(t, { files, paths: ['web/package.json'], binds: ['/app'] });
  t.deepEqual(lines.slice(3), [
    '    stage 1 from line 6: COPY package.json ./ (changed: package.json)',
    '      run install (line 7)',
    '    restart for line 6: it stands before the live command in line 8',
    '    leave to the mount /app: /app/package.json, /app/src and 2 more',
  ]);
});

test('the Dockerfile and the ignore file mean that the service is built anew', async (t) => {
  t.deepEqual(await explain(t, { files, paths: ['web/Dockerfile', 'web/.dockerignore'] }), [
    'web (web/Dockerfile)',
    '  web/Dockerfile: is the Dockerfile: the service is built anew, and its containers are made anew',
    '  web/.dockerignore: is the ignore file: the service is built anew, and its containers are made anew',
  ]);
});

test('a folder around the context stands for the context', async (t) => {
  const lines = await explain(t, { files, paths: ['.'] });
  t.true(lines.includes('  web/src/a.js, web/src/b.js: stale from web/Dockerfile:9: COPY src/ src/'), lines.join('\n'));
  t.true(lines.includes('  web/out/: nothing happens: ignored by web/.dockerignore:2: out'));
});

test('a service whose context is elsewhere is not mentioned', async (t) => {
  t.deepEqual(await explain(t, { files, paths: ['docs/x.md'] }), []);
});

test('as JSON a push is told step by step, with every path listed', async (t) => {
  const service = await explainAsJson(t, { files, paths: ['web/package.json'] });
  const step = { file: 'web/Dockerfile', line: 6, text: 'COPY package.json ./', stage: 1, stageName: null };
  const reason = 'stale from web/Dockerfile:6: COPY package.json ./';
  const path = { path: 'web/package.json', argument: 'web/package.json', deleted: false, verdict: 'stale', reason };
  const files9 = ['a.js', 'b.js'].map((name) => {
    return { destination: `/app/src/${name}`, content: 'file', source: `src/${name}`, line: 9 };
  });
  t.deepEqual(service, {
    ...{ service: 'web', dockerfile: 'web/Dockerfile', liveCommandLine: 8 },
    paths: [{ ...path, steps: [step], ignoredBy: null }],
    push: {
      kind: 'replay',
      stages: [
        {
          ...{ stage: 1, stageName: null, final: true, from: step, cause: { kind: 'path', path: 'package.json' } },
          operations: [
            {
              ...{ kind: 'files', remove: [], removeIfEmpty: [], verify: [], own: [] },
              write: [{ destination: '/app/package.json', content: 'file', source: 'package.json', line: 6 }],
            },
            { kind: 'run', command: 'install', line: 7 },
            {
              ...{ kind: 'files', remove: [], removeIfEmpty: [], verify: [], own: [] },
              write: [{ destination: '/app/src', content: 'directory', source: null, line: 9 }, ...files9],
            },
          ],
          restart: {
            ...{ restarts: true, line: 6 },
            reason: 'restart for line 6: it stands before the live command in line 8',
          },
        },
      ],
    },
    leftToMounts: [],
    assumptions: [],
  });
});

test('as JSON a stage that copies from a replayed one says so, and only the final one restarts', async (t) => {
  const { push } = await explainAsJson(t, { files, paths: ['web/tool.sh'] });
  t.deepEqual(
    push.stages.map(({ stageName, cause, restart }: Record<string, unknown>) => [stageName, cause, restart === null]),
    [
      ['tools', { kind: 'path', path: 'tool.sh' }, true],
      [null, { kind: 'stage', stage: 0 }, false],
    ],
  );
  const copy = { kind: 'copy-stage', sources: ['/tool'], destination: '/bin/tool', line: 5, stage: 0, full: false };
  t.deepEqual(push.stages[1].operations[0], copy);
});

test('as JSON a path says why nothing happens', async (t) => {
  const { paths, push } = await explainAsJson(t, { files, paths: ['web/notes.md', 'web/a.log', 'web/Dockerfile'] });
  t.deepEqual(
    paths.map(({ verdict, deleted, ignoredBy }: Record<string, unknown>) => [verdict, deleted, ignoredBy]),
    [
      ['uncovered', false, null],
      ['ignored', true, { file: 'web/.dockerignore', line: 1, text: '*.log' }],
      ['rebuild', false, null],
    ],
  );
  t.deepEqual(push, { kind: 'nothing' });
});

test('as JSON a fault has its place, and paths that a mount hides are all listed', async (t) => {
  const { 'web/package.json': _, ...rest } = files;
  const broken = await explainAsJson(t, { files: rest, paths: ['web/package.json'] });
  t.deepEqual(
    broken.push.faults.map(({ file, line }: Record<string, unknown>) => [file, line]),
    [['web/Dockerfile', 6]],
  );
  const mounted = await explainAsJson(t, { files, paths: ['web/package.json'], binds: ['/app'] });
  t.deepEqual(
    mounted.leftToMounts,
    ['package.json', 'src', 'src/a.js', 'src/b.js'].map((name) => ({ path: `/app/${name}`, mount: '/app' })),
  );
});
