import test from 'ava';
import { attributeBuildLines } from '../../src/session/attribute-build-line.js';

const owners = new Map([
  ['web', 'web'],
  ['api-worker', 'worker'],
]);

test('a line that opens a number names its service, and later lines of the number follow', (t) => {
  const { ownerOf: attribute } = attributeBuildLines(owners);
  t.is(attribute('#5 [web 2/5] COPY a b'), 'web');
  t.is(attribute('#6 [api-worker internal] load build definition from Dockerfile'), 'worker');
  t.is(attribute('#5 0.123 output of web'), 'web');
  t.is(attribute('#6 DONE 0.1s'), 'worker');
});

test('what belongs to no service, or to more than one, has no owner', (t) => {
  const { ownerOf: attribute } = attributeBuildLines(owners);
  t.is(attribute('#1 [internal] load local bake definitions'), undefined);
  t.is(attribute('#2 [other 1/2] FROM busybox'), undefined);
  t.is(attribute('plain text'), undefined);
  t.is(attribute('#x [web 1/2] no number'), undefined);
  t.is(attribute(''), undefined);
});

test('a number that was given to another service is its own from then on', (t) => {
  const { ownerOf: attribute } = attributeBuildLines(owners);
  attribute('#5 [web 2/5] COPY a b');
  t.is(attribute('#5 [api-worker 2/5] COPY a b'), 'worker');
  t.is(attribute('#5 DONE'), 'worker');
});

test('with one service every line is its own', (t) => {
  const { ownerOf: attribute } = attributeBuildLines(new Map([['web', 'web']]));
  t.is(attribute('plain text'), 'web');
  t.is(attribute('#1 [internal] load metadata'), 'web');
  t.is(attribute('#2 [web 1/2] FROM busybox'), 'web');
});

/** Who failed by these lines, and whom lines without a number are about then. */
function failedIn(...lines: string[]) {
  const { ownerOf, failed } = attributeBuildLines(owners);
  for (const line of lines) ownerOf(line);
  return { failed: [...failed], tail: ownerOf('------') };
}

test('a step that fails is the fault of its service, and what is said at the end is about it', (t) => {
  const lines = [
    '#5 [web 2/5] COPY a b',
    '#6 [api-worker build 2/5] RUN false',
    '#6 ERROR: exit code: 1',
    '#5 CANCELED',
  ];
  t.deepEqual(failedIn(...lines), { failed: ['worker'], tail: 'worker' });
});

test('a step that two services share is the fault of both', (t) => {
  const lines = ['#6 [api-worker 2/2] RUN false', '#6 ERROR: exit code: 1', '------', ' > [web 2/2] RUN false:'];
  t.deepEqual(failedIn(...lines), { failed: ['worker', 'web'], tail: 'web' });
});

test('an image that is not found is the fault of the service that starts from it', (t) => {
  const lines = ['#3 [web internal] load metadata for localhost:1/none:1', '#3 ERROR: connection refused'];
  t.deepEqual(failedIn(...lines), { failed: ['web'], tail: 'web' });
});

test('what was broken off because another service failed is nobody’s fault', (t) => {
  const unavailable = 'ERROR: rpc error: code = Unavailable desc = error reading from server: EOF';
  const aside = ['#3 [web internal] load .dockerignore', '#3 ERROR: failed', ' > [web internal] load .dockerignore:'];
  t.deepEqual(failedIn(...aside), { failed: [], tail: undefined });
  t.deepEqual(failedIn('#3 [web 2/2] RUN true', `#3 ${unavailable}`), { failed: [], tail: undefined });
  t.deepEqual(failedIn('#3 [web 2/2] RUN true', '#3 ERROR: context canceled'), { failed: [], tail: undefined });
});

test('a step that fails for want of a source says which', (t) => {
  const missingIn = (line: string) => {
    const attribution = attributeBuildLines(owners);
    for (const each of ['#6 [web 2/2] COPY a* b', line]) attribution.ownerOf(each);
    return attribution.missing;
  };
  t.is(missingIn('#6 ERROR: failed to calculate checksum of ref e6-4b::b6f: "/d/a b": not found'), 'd/a b');
  t.is(missingIn('#6 ERROR: lstat /var/lib/docker/tmp/buildkit-mount392/vendor: no such file or directory'), 'vendor');
  t.is(missingIn('#6 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1'), undefined);
  t.is(missingIn('#6 0.1 failed to calculate checksum of ref e6::b6f: "/d": not found'), undefined);
});

test('a service with a dot in its name is known by the name of its target in bake, too', (t) => {
  const dotted = new Map([
    ['my.web', 'my.web'],
    ['my_api', 'my_api'],
    ['my.api', 'my.api'],
  ]);
  const { ownerOf: attribute } = attributeBuildLines(dotted);
  t.is(attribute('#5 [my.web 2/5] COPY a b'), 'my.web');
  t.is(attribute('#6 [my_web 2/5] COPY a b'), 'my.web');
  t.is(attribute('#7 [my_api 2/5] COPY a b'), 'my_api');
});
