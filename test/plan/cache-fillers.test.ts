import test from 'ava';
import type { RunStep, Stage } from '../../src/dockerfile/model.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';
import { fillerOf } from '../../src/plan/cache-fillers.js';

function stagesOf(...lines: string[]): readonly Stage[] {
  const { dockerfile } = parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile');
  const options = { buildArgs: {}, additionalContexts: [], baseConfig: () => undefined };
  return resolveStages(dockerfile, options).stages;
}

const lastRun = ({ steps }: Stage) => steps.findLast((step): step is RunStep => step.kind === 'run') as RunStep;

test('a cache is filled by the first earlier step of the stage that has it, by its id or its target', (t) => {
  const stages = stagesOf(
    ...['FROM a', 'WORKDIR /w', 'RUN true', 'RUN --mount=type=cache,target=store fetch', 'COPY . .'],
    'RUN --mount=type=cache,target=store install',
  );
  const [stage] = stages;
  if (!stage) throw new Error('There is no stage.');
  t.deepEqual(fillerOf(stages, stage, lastRun(stage)), { kind: 'step', index: 2 });
});

test('a step of another stage fills it, too; one that comes later, or has another id, does not', (t) => {
  const step = 'RUN --mount=type=cache,id=x,target=/c install';
  const filled = stagesOf('FROM a AS one', 'RUN --mount=type=cache,id=x,target=/d fetch', 'FROM a', step);
  const [, last] = filled;
  if (!last) throw new Error('There is no stage.');
  t.deepEqual(fillerOf(filled, last, lastRun(last)), { kind: 'stage' });
  const other = stagesOf('FROM a', step, 'FROM a', 'RUN --mount=type=cache,target=/c fetch');
  const [first, second] = other;
  if (!first || !second) throw new Error('There is no stage.');
  t.is(fillerOf(other, first, lastRun(first)), undefined);
  t.is(fillerOf(other, second, lastRun(second)), undefined);
});
