import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import type { BuildSpec } from '../../src/compose/build-spec.js';
import { type LiveOverride, liveOverride } from '../../src/compose/live-override.js';
import type { LiveService } from '../../src/compose/live-service.js';
import { readProject, sharedImageOf } from '../../src/compose/project.js';
import { readYaml } from '../../src/compose/read-yaml.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';

const fixtures = 'fixtures/compose/override';

type Wanted = Record<string, Partial<LiveService>>;

function readOverride(name: string): LiveOverride {
  const read = (file: string): string => readFileSync(`${fixtures}/${name}/${file}`, 'utf8');
  const project = readProject(read('config.yaml'));
  const wanted: Wanted = JSON.parse(read('services.json'));
  const services = project.services.flatMap((declared): LiveService[] => {
    const { name: service, build, platform } = declared;
    if (build === undefined) return [];
    const sharedImage = sharedImageOf(project, declared);
    const { dockerfile } = parseDockerfile(read(`${service}.Dockerfile`), 'Dockerfile');
    const plain = {
      live: false,
      target: undefined,
      liveCommand: false,
      ownIgnoreText: undefined,
      stages: [],
      bases: [],
      lower: [],
      sources: [],
    };
    return [{ ...plain, service, platform, spec: build, dockerfile, sharedImage, ...wanted[service] }];
  });
  return liveOverride({ project: project.name, folder: '/tmp/override', services });
}

function printed({ build, up, files, helpers }: LiveOverride): string {
  const rows = helpers.map(({ name, service, kind, index, image }) => [name, service, kind, index, image].join(' '));
  const parts = [
    { name: 'build', text: build },
    { name: 'up', text: up },
    ...files,
    { name: 'helpers', text: `${rows.join('\n')}\n` },
  ];
  return parts.map(({ name, text }) => `===== ${name}\n${text}`).join('');
}

for (const name of readdirSync(fixtures)) {
  test(`The override of ${name} is as expected.`, (t) => {
    t.is(printed(readOverride(name)), readFileSync(`${fixtures}/${name}/override.txt`, 'utf8'));
  });
}

test('Nothing to build makes documents without services.', (t) => {
  const { build, up, files } = liveOverride({ project: 'p', folder: '/tmp/override', services: [] });
  t.deepEqual([readYaml(build), readYaml(up), files], [{ services: {} }, { services: {} }, []]);
});

test('No label of the tool is on an image that containers of the project are made of.', (t) => {
  const { build } = readOverride('two-stages');
  t.false(build.slice(0, build.indexOf('livepush-stage')).includes('labels'));
});

test('What services run is set where it is known, in place of what the live service resets.', (t) => {
  const { services } = readProject('services: {live: {build: /l}, plain: {build: /p}, bare: {build: /b}}\n');
  const { dockerfile } = parseDockerfile('FROM busybox\n', 'Dockerfile');
  const nothing = { stages: [], bases: [], lower: [], sources: [], target: undefined, sharedImage: undefined };
  const wanted = services.map(({ name, build, platform }): LiveService => {
    const isLive = name === 'live';
    const own = { live: isLive, liveCommand: isLive, dockerfile, ownIgnoreText: undefined };
    return { ...nothing, ...own, service: name, platform, spec: build as BuildSpec };
  });
  const command = { entrypoint: ['/bin/sh', '-c', 'exec "$@"\n'], command: ['a', '$b'] };
  const commands = new Map([
    ['live', command],
    ['plain', command],
  ]);
  const { up } = liveOverride({ project: 'p', folder: '/tmp/override', services: wanted, commands });
  const set = { entrypoint: ['/bin/sh', '-c', 'exec "$$@"\n'], command: ['a', '$$b'] };
  const labels = { 'docker-livepush.pushed-to': 'p' };
  t.deepEqual(readYaml(up), {
    services: {
      live: { image: 'docker-livepush/p/live:live', pull_policy: 'never', ...set, labels },
      plain: { ...set, labels },
      bare: { labels },
    },
  });
});
