import test from 'ava';
import fc from 'fast-check';
import { helperImageOf, liveImageOf, slugOf } from '../../src/compose/image-names.js';

const service = fc.stringMatching(/^[a-zA-Z0-9._-]+$/);
const project = fc.stringMatching(/^[a-z0-9][a-z0-9_-]*$/);
/** A repository path and a tag, as the engine takes them. */
const reference = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*:[\w.-]+$/;

test('Every project and service makes valid image references.', (t) => {
  fc.assert(
    fc.property(project, service, (p, s) => {
      t.regex(liveImageOf(p, s), reference);
      t.regex(helperImageOf(p, s, { kind: 'stage', index: 3 }), reference);
    }),
  );
});

test('Names that differ stay different.', (t) => {
  fc.assert(fc.property(service, service, (a, b) => t.is(slugOf(a) === slugOf(b), a === b)));
  t.not(slugOf('Web'), slugOf('web'));
  t.not(slugOf('a.b'), slugOf('a-b'));
});

test('Plain names are used as they are.', (t) => {
  t.is(liveImageOf('shop', 'web-api'), 'docker-livepush/shop/web-api:live');
  t.is(helperImageOf('shop', 'web', { kind: 'base', index: 0 }), 'docker-livepush/shop/web/base-0:live');
});
