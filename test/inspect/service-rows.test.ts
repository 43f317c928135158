import test from 'ava';
import type { ListedService } from '../../src/inspect/list-services.js';
import { serviceRows } from '../../src/inspect/service-rows.js';

const plain: ListedService = {
  service: 'web',
  context: 'web',
  dockerfile: 'web/dev.Dockerfile',
  target: undefined,
  liveCommand: undefined,
  containers: [],
  stages: [],
  followed: false,
};

const container = (name: string, state: string) => ({ id: `id-${name}`, name, state });
const rowOf = (service: Partial<ListedService>) => serviceRows([{ ...plain, ...service }])[1];

test('a service without containers was not created', (t) => {
  t.deepEqual(rowOf({}), ['web', 'web', 'dev.Dockerfile', '-', '-', '-', '-', 'not created']);
});

test('a service that only runs an image has no files', (t) => {
  const row = rowOf({ context: undefined, dockerfile: undefined, containers: [container('db-1', 'running')] });
  t.deepEqual(row, ['web', '-', '-', '-', '-', 'db-1', '-', 'running']);
});

test('replicas are counted, and their states told apart', (t) => {
  const containers = [container('web-1', 'running'), container('web-2', 'exited'), container('web-3', 'running')];
  t.deepEqual(rowOf({ containers })?.slice(5), ['web-1 +2', '-', '2 running, 1 exited']);
});

test('a running service that a session pushes to is live, with the stages that are kept for it', (t) => {
  const stages = [
    { stage: 0, name: 'build', images: ['i'], containers: [container('s', 'running')] },
    { stage: 1, name: undefined, images: ['j'], containers: [] },
  ];
  const row = rowOf({ followed: true, liveCommand: 'watch', stages, containers: [container('web-1', 'running')] });
  t.deepEqual(row?.slice(4), ['watch', 'web-1', 'build (running) +1', 'live']);
  t.is(rowOf({ followed: true, containers: [container('web-1', 'exited')] })?.at(-1), 'exited');
});
