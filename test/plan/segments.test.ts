import test from 'ava';
import { lowerBoundaries, segmentsOf } from '../../src/plan/segments.js';
import { stageOf } from './read-steps.js';

const shown = (...lines: string[]) =>
  segmentsOf(stageOf(...lines).steps).map(
    ({ start, copies, end }) => `${start}: ${copies.map(({ index }) => index).join(' ')} | ${end?.index ?? 'end'}`,
  );

test('only what may change any file cuts the steps', (t) => {
  t.deepEqual(shown('COPY a /a', 'ENV A=1', 'WORKDIR /x', 'ADD b /b', 'USER u'), ['0: 0 3 | end']);
  t.deepEqual(shown('COPY a /a', 'RUN x', 'COPY b /b', 'COPY --from=tools c /c', 'COPY d /d'), [
    '0: 0 | 1',
    '2: 2 | 3',
    '4: 4 | end',
  ]);
  t.deepEqual(shown('COPY a /a', 'ADD https://example.com/x /x', 'NOPE', 'COPY b /b'), [
    '0: 0 | 1',
    '2:  | 2',
    '3: 3 | end',
  ]);
});

test('a stage without copies has no segment of its own', (t) => {
  t.deepEqual(shown('ENV A=1'), []);
  t.deepEqual(shown('RUN x', 'CMD y'), ['0:  | 0']);
});

test('layers matter where copies start, and on both sides of a run between copies', (t) => {
  const boundaries = (...lines: string[]) => lowerBoundaries(stageOf('RUN first', 'FROM busybox', ...lines).steps);
  t.deepEqual(boundaries('COPY a /a', 'RUN x', 'RUN y', 'COPY b /b'), [0, 1, 2, 3]);
  t.deepEqual(boundaries('RUN x', 'ENV A=1', 'COPY --from=0 /a /a', 'COPY --from=tools /b /b'), [1]);
  t.deepEqual(boundaries('COPY a /a', 'COPY --from=0 /a /a', 'COPY b /b'), [0]);
  t.deepEqual(boundaries('RUN x'), []);
});
