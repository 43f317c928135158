import test from 'ava';
import { readBuildSpec } from '../../src/compose/build-spec.js';
import { ignoreCandidates, shownPath } from '../../src/compose/build-target.js';

const candidates = (build: unknown) => {
  const spec = readBuildSpec(build, {});
  return spec === undefined ? [] : ignoreCandidates(spec).map(({ path }) => path);
};

test("The ignore file beside the Dockerfile comes before the context's.", (t) => {
  const build = { context: '/srv/web', dockerfile: '/srv/docker/web.Dockerfile' };
  t.deepEqual(candidates(build), ['/srv/docker/web.Dockerfile.dockerignore', '/srv/web/.dockerignore']);
  t.deepEqual(candidates({ context: '/srv/web' }), ['/srv/web/Dockerfile.dockerignore', '/srv/web/.dockerignore']);
});

test("An inline Dockerfile has just the context's ignore file.", (t) => {
  t.deepEqual(candidates({ context: '/srv/web', dockerfile_inline: 'FROM a' }), ['/srv/web/.dockerignore']);
  t.deepEqual(candidates({ context: '/', dockerfile_inline: 'FROM a' }), ['/.dockerignore']);
});

test('A path is shown relative to the working folder when below it.', (t) => {
  t.is(shownPath('/srv/web/Dockerfile', '/srv'), 'web/Dockerfile');
  t.is(shownPath('/srv', '/srv'), '.');
  t.is(shownPath('/srv/..data/Dockerfile', '/srv'), '..data/Dockerfile');
  t.is(shownPath('/other/Dockerfile', '/srv'), '/other/Dockerfile');
});
