import test from 'ava';
import { stagesThatRun } from '../../src/plan/stages-that-run.js';
import { stagesOf } from './read-steps.js';

const running = (...lines: string[]): number[] =>
  stagesThatRun(stagesOf(...lines), ({ text }) => !text.includes('once'));

test('a RUN is replayed where an edit comes before it, or is read by it', (t) => {
  t.deepEqual(running('FROM a', 'COPY x /', 'RUN y'), [0]);
  t.deepEqual(running('FROM a', 'RUN --mount=type=bind,target=/c y'), [0]);
  t.deepEqual(running('FROM a', 'RUN y', 'COPY x /'), []);
  t.deepEqual(running('FROM a', 'COPY x /'), []);
  t.deepEqual(running('FROM a', 'COPY --from=tools x /', 'RUN y'), []);
});

test('what a stage copies from one that edits change is replayed, too', (t) => {
  const built = ['FROM a AS b', 'COPY x /', 'RUN y'];
  t.deepEqual(running(...built, 'FROM a', 'COPY --from=b /x /'), [0]);
  t.deepEqual(running(...built, 'FROM a', 'COPY --from=b /x /', 'RUN y'), [0, 1]);
  t.deepEqual(running('FROM a AS b', 'COPY x /', 'FROM a', 'COPY --from=b /x /', 'RUN y'), [1]);
  t.deepEqual(running('FROM a AS b', 'RUN y', 'FROM a', 'COPY --from=b /x /', 'RUN y'), []);
});

test('before a step that is left to a build nothing is replayed', (t) => {
  t.deepEqual(running('FROM a', 'COPY x /', 'RUN y', 'RUN once'), []);
  t.deepEqual(running('FROM a', 'COPY x /', 'RUN y', 'ADD http://z /z'), []);
  t.deepEqual(running('FROM a', 'COPY x /', 'RUN once', 'RUN y'), []);
  t.deepEqual(running('FROM a', 'RUN once', 'COPY x /', 'RUN y'), [0]);
});
