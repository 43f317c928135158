import test from 'ava';
import { besides, type FollowedService, reconcile, type SeenContainer } from '../../src/session/reconcile.js';

const web = (more: Partial<FollowedService> = {}): FollowedService => ({
  ...{ name: 'web', containerIds: ['a'], imageId: 'live' },
  ...more,
});
const seen = (id: string, more: Partial<SeenContainer> = {}): SeenContainer => ({
  ...{ id, service: 'web', state: 'running', imageId: 'live' },
  ...more,
});
const running = new Map([['a', 'running']]);

test('nothing is to be done when each container is followed', (t) => {
  t.deepEqual(reconcile([seen('a'), seen('db', { service: 'db', imageId: 'other' })], [web()], running), []);
});

test('a further container of the live image is taken in', (t) => {
  t.deepEqual(reconcile([seen('a'), seen('b')], [web()], running), [
    { kind: 'adopt', service: 'web', containerId: 'b' },
  ]);
});

test('one of another image is replaced, unless nobody knows the image', (t) => {
  const found = [seen('a'), seen('b', { imageId: 'other' })];
  t.deepEqual(reconcile(found, [web()], running), [{ kind: 'replace', service: 'web', containerId: 'b' }]);
  t.deepEqual(reconcile(found, [web({ imageId: undefined })], running), [
    { kind: 'adopt', service: 'web', containerId: 'b' },
  ]);
});

test('a container that is being made or removed is waited for', (t) => {
  for (const state of ['created', 'removing', 'dead'])
    t.deepEqual(reconcile([seen('a'), seen('b', { state })], [web()], running), []);
  t.deepEqual(reconcile([seen('a', { state: 'removing' })], [web()], running), []);
});

test('a container that is gone is let go of', (t) => {
  t.deepEqual(reconcile([], [web()], running), [{ kind: 'drop', service: 'web', containerId: 'a' }]);
});

test('an end and a return are told once', (t) => {
  const ended = [seen('a', { state: 'exited' })];
  t.deepEqual(reconcile(ended, [web()], running), [{ kind: 'exited', service: 'web', containerId: 'a' }]);
  t.deepEqual(reconcile(ended, [web()], new Map()), [{ kind: 'exited', service: 'web', containerId: 'a' }]);
  t.deepEqual(reconcile(ended, [web()], new Map([['a', 'exited']])), []);
  t.deepEqual(reconcile([seen('a')], [web()], new Map([['a', 'exited']])), [
    { kind: 'returned', service: 'web', containerId: 'a' },
  ]);
});

test('of a service that gets no pushes only the end of a container is told', (t) => {
  const found = [
    ...[seen('a'), seen('m', { service: 'migrate', state: 'exited' }), seen('d', { service: 'db' })],
    seen('n', { service: 'of-nobody', state: 'exited' }),
  ];
  const followed = [web(), ...besides(found, ['migrate', 'db'])];
  t.deepEqual(reconcile(found, followed, running), [{ kind: 'exited', service: 'migrate', containerId: 'm' }]);
  t.deepEqual(reconcile(found, followed, new Map([['m', 'exited']])), []);
});

test('a container that the engine is about to start again is told once', (t) => {
  const looping = [seen('a', { state: 'restarting' })];
  t.deepEqual(reconcile(looping, [web()], running), [{ kind: 'looping', service: 'web', containerId: 'a' }]);
  t.deepEqual(reconcile(looping, [web()], new Map([['a', 'restarting']])), []);
  t.deepEqual(reconcile([seen('a')], [web()], new Map([['a', 'restarting']])), [
    { kind: 'returned', service: 'web', containerId: 'a' },
  ]);
});
