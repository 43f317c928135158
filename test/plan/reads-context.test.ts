import test from 'ava';
import { readsContext } from '../../src/plan/reads-context.js';
import { stagesOf } from './read-steps.js';

const reads = test.macro((t, lines: readonly string[], before: number, expected: boolean) => {
  const stages = stagesOf('FROM busybox AS first', ...lines);
  const stage = stages.at(-1);
  t.truthy(stage);
  if (stage) t.is(readsContext(stages, { stage, before }), expected);
});

test(
  'in front of the first COPY nothing comes of the context',
  reads,
  ['WORKDIR /app', 'RUN x', 'COPY a /a'],
  2,
  false,
);
test('behind a COPY something does', reads, ['COPY a /a', 'RUN x', 'COPY b /b'], 2, true);
test('a heredoc is not of the context', reads, ['COPY <<EOF /a', 'text', 'EOF', 'RUN x'], 1, false);
test('a RUN reads what is mounted', reads, ['RUN --mount=type=bind,target=/x cat /x/a', 'COPY b /b'], 1, true);
test('a RUN with a cache reads none', reads, ['RUN --mount=type=cache,target=/x install', 'COPY b /b'], 1, false);
test('what is copied from an image is not of the context', reads, ['COPY --from=tools /a /a', 'RUN x'], 1, false);
test('what cannot be replayed may read anything', reads, ['NOPE', 'COPY b /b'], 1, true);

const below = ['COPY a /a', 'FROM busybox AS empty', 'RUN x'];
test('an earlier stage is read by a COPY', reads, [...below, 'FROM busybox', 'COPY --from=0 /a /a'], 1, true);
test(
  'a stage that reads nothing has nothing to pass on',
  reads,
  [...below, 'FROM busybox', 'COPY --from=1 /a /a'],
  1,
  false,
);
test('a stage begins with what its base is', reads, ['COPY a /a', 'FROM first', 'RUN x'], 1, true);
test('a base that reads nothing', reads, [...below, 'FROM empty', 'RUN y'], 1, false);
