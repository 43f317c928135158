import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { joinedWith, readProject, restartedAfter, type Service } from '../../src/compose/project.js';

const folder = 'fixtures/compose/project';

/** Without what repeats the input. */
function essence({ definition: _, build, ...service }: Service) {
  if (build === undefined) return service;
  const { raw: _raw, ...spec } = build;
  return { ...service, build: spec };
}

for (const name of readdirSync(folder)) {
  test(`The project of ${name} is read as expected.`, (t) => {
    const project = readProject(readFileSync(`${folder}/${name}/config.yaml`, 'utf8'));
    const expected: unknown = JSON.parse(readFileSync(`${folder}/${name}/project.json`, 'utf8'));
    const read: unknown = JSON.parse(JSON.stringify({ ...project, services: project.services.map(essence) }));
    t.deepEqual(read, expected);
  });
}

test('Text that compose would never print makes an empty project.', (t) => {
  t.deepEqual(readProject('- 1\n'), { name: '', services: [] });
  t.deepEqual(readProject(''), { name: '', services: [] });
});

test('A definition changes with anything that compose resolved for the service.', (t) => {
  const definition = (environment: string) =>
    readProject(`services: {a: {image: x, environment: {E: ${environment}}}}`).services[0]?.definition;
  t.is(definition('1'), definition('1'));
  t.not(definition('1'), definition('2'));
});

test('compose restarts what depends on a service with restart: true, through others too, in order', (t) => {
  const on = (names: Record<string, boolean>): string =>
    Object.entries(names)
      .map(([name, restart]) => `{"${name}": {"condition": "service_started", "restart": ${restart}}}`)
      .join('')
      .replaceAll('}{', ', ');
  const project = readProject(`
name: shop
services:
  db: {image: x}
  site: {image: x, depends_on: ${on({ api: true, db: true })}}
  api: {image: x, depends_on: ${on({ db: true })}}
  job: {image: x, depends_on: ${on({ db: false })}}
  loop: {image: x, depends_on: ${on({ site: false })}}
`);
  t.deepEqual(restartedAfter(project, 'db'), ['api', 'site']);
  t.deepEqual(restartedAfter(project, 'api'), ['site']);
  t.deepEqual(restartedAfter(project, 'site'), []);
});

test('services of which one joins the network or the processes of the other are restarted one after the other', (t) => {
  const project = readProject(`name: p
services:
  api: {image: i}
  twin: {image: i, network_mode: "service:api"}
  watcher: {image: i, pid: "service:twin"}
  host: {image: i, network_mode: host}
  other: {image: i}
`);
  for (const name of ['api', 'twin', 'watcher']) t.deepEqual(joinedWith(project, name), ['api', 'twin', 'watcher']);
  for (const name of ['host', 'other']) t.deepEqual(joinedWith(project, name), []);
});
