import test from 'ava';
import { findTarget, neededParsedStages, neededStages } from '../../src/dockerfile/needed.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { baseImages, resolveStages } from '../../src/dockerfile/resolve.js';

const TEXT = `ARG TAG=1
ARG PARENT=base
FROM alpine:$TAG AS base
ONBUILD COPY --from=assets /a /a
FROM debian AS assets
FROM scratch AS unused
COPY --from=base / /
FROM base AS build
FROM node AS tools
FROM alpine:1 AS app
COPY --from=3 /x /x
RUN --mount=type=bind,from=TOOLS,target=/t true
FROM $PARENT AS last
`;
const { dockerfile } = parseDockerfile(TEXT, 'Dockerfile');
const input = { buildArgs: {}, additionalContexts: [], baseConfig: () => undefined };
const sorted = (stages: ReadonlySet<number>): number[] => [...stages].sort();

test('a target needs what it is built from, copies from, mounts from, and what triggers copy from', (t) => {
  const { stages } = resolveStages(dockerfile, input);
  for (const needed of [neededStages(stages, 'APP'), neededParsedStages(dockerfile, 'app', input)]) {
    t.deepEqual(sorted(needed), [0, 1, 3, 4, 5]);
  }
  t.deepEqual(sorted(neededStages(stages, 'unused')), [0, 2]);
  t.deepEqual(sorted(neededStages(stages, undefined)), [0, 1, 6]);
  t.deepEqual(sorted(neededParsedStages(dockerfile, undefined, { ...input, buildArgs: { PARENT: 'node' } })), [6]);
});

test('a target is a name in any case, never a number, and the last stage without one', (t) => {
  t.is(findTarget(dockerfile.stages, 'Tools'), 4);
  t.is(findTarget(dockerfile.stages, '0'), undefined);
  t.is(findTarget(dockerfile.stages, ''), 6);
  t.deepEqual(sorted(neededParsedStages(dockerfile, 'nowhere', input)), []);
});

test('base images are those of the needed stages, expanded, each once', (t) => {
  t.deepEqual(baseImages(dockerfile, { ...input, target: 'app' }), ['alpine:1', 'debian', 'node']);
  t.deepEqual(baseImages(dockerfile, { ...input, target: 'app', additionalContexts: ['node', 'assets'] }), [
    'alpine:1',
  ]);
  t.deepEqual(baseImages(dockerfile, { ...input, target: 'assets', additionalContexts: ['assets'] }), []);
  t.deepEqual(baseImages(dockerfile, { ...input, buildArgs: { TAG: '3' }, target: 'base' }), ['alpine:3']);
});
