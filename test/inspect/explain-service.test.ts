import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readProject } from '../../src/compose/project.js';
import { askedPath } from '../../src/inspect/asked-paths.js';
import { explainService } from '../../src/inspect/explain-service.js';
import { formatExplanation } from '../../src/inspect/format-explanation.js';
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
async function explain(t: ExecutionContext, { files, paths, binds = [] }: Case): Promise<string[]> {
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
      ...{ ignoreText, ignoreIsOwn: false },
    },
    'linux/amd64',
  );
  const asked = await Promise.all(paths.map((path) => askedPath(path, cwd)));
  const signal = new AbortController().signal;
  const explained = await explainService({ model, asked, cwd, project: 'shop', engine: undefined, signal });
  const services = explained ? [explained] : [];
  return formatExplanation({ services, elsewhere: [], projectFiles: [], assumptions: [], diagnostics: [] });
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
