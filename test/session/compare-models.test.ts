import test from 'ava';
import { readProject } from '../../src/compose/project.js';
import { compareModels } from '../../src/session/compare-models.js';
import type { ProjectModel } from '../../src/session/project-model.js';
import { liveModel } from '../../src/session/service-model.js';

interface Files {
  /** Lines below the service `web`. */
  readonly web?: string;
  /** Lines below `services`. */
  readonly others?: string;
  readonly dockerfile?: string;
  readonly ignore?: string;
}

const plain = 'FROM busybox\nCOPY . /app\n';

/** The model of a project whose service `web` is built and whose service `db` is not. */
function model({ web = '', others = '', dockerfile = plain, ignore }: Files = {}): ProjectModel {
  const project = readProject(
    `name: shop\nservices:\n  db: {image: db}\n  web:\n    build: {context: /web}\n${web}${others}`,
  );
  const service = project.services.find(({ name }) => name === 'web');
  if (!service?.build) throw new Error('There is no service web.');
  const build = { service, spec: service.build, dockerfilePath: 'web/Dockerfile', dockerfileText: dockerfile };
  const rules = { ignorePath: undefined, ignoreText: ignore, ignoreIsOwn: false, additionalFolders: [] };
  const planned = {
    model: liveModel({ ...build, ...rules }, { platform: 'linux/amd64' }),
    stages: [],
    missingBases: [],
    baseServices: [],
  };
  return {
    readAt: 0,
    project,
    live: [{ ...planned, diagnostics: [] }],
    plain: [],
    baseServices: new Map(),
    sources: [],
    diagnostics: [],
    notices: [],
  };
}

const changes = (after: Files, before: Files = {}) => Object.fromEntries(compareModels(model(before), model(after)));

test('comments, blank lines and the order of keys are no change', (t) => {
  t.deepEqual(changes({ dockerfile: '# hello\n\nFROM busybox\n# more\nCOPY . /app\n', ignore: '# nothing\n' }), {});
});

test('an instruction or a directive that differs is a rebuild', (t) => {
  const rebuilt = { web: { kind: 'rebuilt', reason: 'web/Dockerfile changed' } };
  t.deepEqual(changes({ dockerfile: `${plain}ENV A=b\n` }), rebuilt);
  t.deepEqual(changes({ dockerfile: `${plain}#dev-cmd-live=run\n` }), rebuilt);
});

test('so are ignore rules, the build part, and all else of a live service', (t) => {
  t.deepEqual(changes({ ignore: '*.log\n' }), { web: { kind: 'rebuilt', reason: 'its ignore file changed' } });
  t.deepEqual(changes({ web: '    environment: {A: b}\n' }), {
    web: { kind: 'rebuilt', reason: 'its configuration changed' },
  });
});

test('a number of containers that differs is no reason to build', (t) => {
  t.deepEqual(changes({ web: '    deploy: {replicas: 3}\n' }), { web: { kind: 'recreated' } });
  t.deepEqual(changes({ web: '    scale: 2\n' }), { web: { kind: 'recreated' } });
});

test('services come and go', (t) => {
  const others = '  job: {image: job}\n';
  t.deepEqual(changes({ others }), { job: { kind: 'added' } });
  t.deepEqual(changes({}, { others }), { job: { kind: 'removed' } });
  t.deepEqual(changes({ others: '  job: {image: job2}\n' }, { others }), { job: { kind: 'recreated' } });
});
