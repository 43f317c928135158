import test from 'ava';
import { buildSurroundings } from '../../src/compose/build-surroundings.js';
import { pushSettings } from '../../src/compose/livepush-options.js';
import { readProject } from '../../src/compose/project.js';

const surroundings = (build: object, service: object = {}) => {
  const yaml = JSON.stringify({ services: { web: { build: { context: '/srv', ...build }, ...service } } });
  const [web] = readProject(yaml).services;
  if (!web?.build) throw new Error('There is no build.');
  return buildSurroundings(web.build, web.platform);
};

test('a build without settings has the surroundings that the engine gives', (t) => {
  t.deepEqual(surroundings({}), {});
  t.deepEqual(surroundings({ network: 'default' }), {});
});

test('network, hosts, limits and rights are read in all the forms that compose prints', (t) => {
  t.deepEqual(
    surroundings(
      {
        network: 'host',
        extra_hosts: ['a=10.0.0.1', 'b:10.0.0.2', 'c=::1'],
        shm_size: '67108864',
        ulimits: { nproc: 65535, nofile: { soft: 1, hard: 2 } },
        privileged: true,
        platforms: ['linux/arm64'],
      },
      { platform: 'linux/amd64' },
    ),
    {
      platform: 'linux/amd64',
      network: 'host',
      extraHosts: ['a:10.0.0.1', 'b:10.0.0.2', 'c:::1'],
      shmSize: 67108864,
      ulimits: [
        { name: 'nproc', soft: 65535, hard: 65535 },
        { name: 'nofile', soft: 1, hard: 2 },
      ],
      privileged: true,
    },
  );
  t.deepEqual(surroundings({ extra_hosts: { a: ['10.0.0.1', '10.0.0.2'] }, shm_size: '64mb' }), {
    extraHosts: ['a:10.0.0.1', 'a:10.0.0.2'],
    shmSize: 64 * 1024 * 1024,
  });
});

test('x-livepush says what is done under mounts, and with RUN steps', (t) => {
  const of = (livepush: unknown) => pushSettings({ name: 'web', livepush });
  t.deepEqual(of(undefined).settings, { restartsUnderMounts: false, leavesRunsToBuild: false, forget: [] });
  t.deepEqual(of({ mounts: 'restart', replay: 'build' }), {
    settings: { restartsUnderMounts: true, leavesRunsToBuild: true, forget: [] },
    diagnostics: [],
  });
  t.deepEqual(of({ forget: ['tmp/pids/', '/var/cache/app', './x/../y'] }).settings.forget, [
    'tmp/pids',
    '/var/cache/app',
    'y',
  ]);
  for (const forget of ['/', '.', ['a', '..'], ['x/../..'], [7], { a: 1 }, ''])
    t.deepEqual(
      of({ forget }).diagnostics.map(({ code }) => code),
      ['forget-setting'],
      JSON.stringify(forget),
    );
  const [fault] = of({ mounts: 'restrat' }).diagnostics;
  t.like(fault, { severity: 'error', code: 'mounts-setting' });
  t.regex(fault?.message ?? '', /services\.web\.x-livepush\.mounts.*"restrat"/);
});
