import test from 'ava';
import { buildLineAttributor } from '../../src/session/attribute-build-line.js';

const owners = new Map([
  ['web', 'web'],
  ['api-worker', 'worker'],
]);

test('a line that opens a number names its service, and later lines of the number follow', (t) => {
  const attribute = buildLineAttributor(owners);
  t.is(attribute('#5 [web 2/5] COPY a b'), 'web');
  t.is(attribute('#6 [api-worker internal] load build definition from Dockerfile'), 'worker');
  t.is(attribute('#5 0.123 output of web'), 'web');
  t.is(attribute('#6 DONE 0.1s'), 'worker');
});

test('what belongs to no service, or to more than one, has no owner', (t) => {
  const attribute = buildLineAttributor(owners);
  t.is(attribute('#1 [internal] load local bake definitions'), undefined);
  t.is(attribute('#2 [other 1/2] FROM busybox'), undefined);
  t.is(attribute('plain text'), undefined);
  t.is(attribute('#x [web 1/2] no number'), undefined);
  t.is(attribute(''), undefined);
});

test('a number that was given to another service is its own from then on', (t) => {
  const attribute = buildLineAttributor(owners);
  attribute('#5 [web 2/5] COPY a b');
  t.is(attribute('#5 [api-worker 2/5] COPY a b'), 'worker');
  t.is(attribute('#5 DONE'), 'worker');
});

test('with one service every line is its own', (t) => {
  const attribute = buildLineAttributor(new Map([['web', 'web']]));
  t.is(attribute('plain text'), 'web');
  t.is(attribute('#1 [internal] load metadata'), 'web');
  t.is(attribute('#2 [web 1/2] FROM busybox'), 'web');
});
