import test from 'ava';
import { helperProgress } from '../../src/session/helper-progress.js';

/** What a build of two images prints, line by line. */
const output = (...lines: string[]) => {
  const progress = helperProgress(2);
  for (const line of lines) progress.take(line);
  return progress;
};

const opening = [
  '#5 [a made 1/3] FROM docker.io/library/busybox:1.37',
  '#5 DONE 0.0s',
  '#7 [a internal] load build context',
  '#7 transferring context: 130B 0.0s done',
  '#7 DONE 0.1s',
];

test('steps that the cache has are not carried out', (t) => {
  const progress = output(
    ...opening,
    '#8 [a made 2/3] COPY compose.yaml /in/',
    '#8 CACHED',
    '#9 [b stage-1 2/2] RUN make',
    '#9 CACHED',
    '#9 DONE 0.0s',
  );
  t.false(progress.executed);
});

for (const line of [
  '#9 [a made 3/3] RUN echo x > /out',
  '#9 [stage-1 2/2] COPY --from=made /out /out',
  '#9 [2/3] WORKDIR /q',
  '#9 [b 2/3] ADD a.tar /',
]) {
  test(`a step that ends otherwise is carried out: ${line}`, (t) => {
    t.false(output(...opening, line).executed);
    t.true(output(...opening, line, '#9 DONE 0.6s').executed);
  });
}

test('what a stage is given of the context besides is none of its steps', (t) => {
  const progress = output(
    ...opening,
    '#9 [a livepush-context 1/1] COPY [".","/0/"]',
    '#9 DONE 0.1s',
    '#10 [a livepush-whole 1/1] COPY --from=livepush-context ["/no-such-file-*","/"]',
    '#10 DONE 0.1s',
  );
  t.false(progress.executed);
});

test('the context is read when all images are exported', (t) => {
  const first = [...opening, '#12 [a] exporting to image', '#12 exporting layers done', '#12 DONE 0.1s'];
  t.false(output(...first).hasRead);
  t.true(output(...first, '#14 [b] exporting to image').hasRead);
});
