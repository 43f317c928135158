import test from 'ava';
import { parse } from 'yaml';
import { throwAwayOverride } from '../../src/check-project/throw-away-override.js';
import { readProject } from '../../src/compose/project.js';

const override = (config: string) => {
  const { services } = readProject(config);
  return throwAwayOverride(config, { project: 'trial', services, baseServices: new Map() });
};

const read = (config: string) => parse(override(config), { logLevel: 'silent' });

test('ports and names of containers are taken away, and only from services that have some', (t) => {
  const text = override(
    'services: {web: {image: a, ports: [{target: 80, published: "80"}], container_name: web}, db: {image: b}}\n',
  );
  t.regex(text, /"?ports"?: !reset/);
  t.regex(text, /"?container_name"?: !reset/);
  t.deepEqual(parse(text, { logLevel: 'silent' }).services.db, {});
});

test('images that are built get names of their own, for all that run them', (t) => {
  const { services } = read(
    [
      'services:',
      '  web: {build: {context: /web}, image: me/web:latest}',
      '  Api: {build: {context: /api}}',
      '  job: {image: me/web}',
      '  job2: {image: trial-Api}',
      '  db: {image: postgres}',
    ].join('\n'),
  );
  t.is(services.web.image, 'docker-livepush-check/trial/web');
  t.is(services.job.image, services.web.image);
  t.regex(services.Api.image, /^docker-livepush-check\/trial\/api-[0-9a-f]+$/);
  t.is(services.job2.image, services.Api.image);
  t.is(services.db.image, undefined);
});

test('volumes and networks with names of their own are kept away from, and external ones are left', (t) => {
  const { volumes, networks } = read(
    [
      'services: {}',
      'volumes: {a: {name: precious}, b: {name: trial_b}, c: {name: shared, external: true}, d: {}}',
      'networks: {default: {name: trial_default}, front: {name: front}, out: {name: out, external: true}}',
    ].join('\n'),
  );
  t.deepEqual(volumes, { a: { name: 'trial_a' } });
  t.deepEqual(networks, { front: { name: 'trial_front' } });
});

test('fixed addresses are left to the engine in bridges of the project, and nowhere else', (t) => {
  const text = override(
    [
      'services:',
      '  web:',
      '    image: a',
      '    networks:',
      '      front: {ipv4_address: 10.9.0.2, aliases: [w]}',
      '      lan: {ipv4_address: 192.168.1.9}',
      '      out: {ipv4_address: 10.8.0.2}',
      '  db: {image: b, networks: {front: null}}',
      'networks:',
      '  front:',
      '    name: trial_front',
      '    driver_opts: {com.docker.network.bridge.name: br-app, com.docker.network.driver.mtu: "1400"}',
      '    ipam: {config: [{subnet: 10.9.0.0/24}]}',
      '  lan: {name: trial_lan, driver: macvlan, ipam: {config: [{subnet: 192.168.1.0/24}]}}',
      '  out: {name: out, external: true}',
    ].join('\n'),
  );
  const { services, networks } = parse(text, { logLevel: 'silent' });
  t.deepEqual(services, { web: { networks: { front: { ipv4_address: 'null' } } }, db: {} });
  t.deepEqual(networks, { front: { ipam: 'null', driver_opts: { 'com.docker.network.bridge.name': 'null' } } });
  t.is(text.match(/!reset/g)?.length, 3);
});
