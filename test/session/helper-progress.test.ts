import test from 'ava';
import { helperProgress } from '../../src/session/helper-progress.js';

/** What a build of so many images prints, line by line. */
const output = (images: number, ...lines: string[]) => {
  const progress = helperProgress(images);
  for (const line of lines) progress.take(line);
  return progress;
};

const first = [
  '#7 [a internal] load build context',
  '#7 transferring context: 130B 0.0s done',
  '#7 DONE 0.1s',
  '#8 [a made 2/3] COPY compose.yaml /in/',
  '#8 CACHED',
  '#12 [a] exporting to image',
  '#12 exporting layers done',
  '#12 DONE 0.1s',
];

test('the context is read when all images are exported', (t) => {
  t.false(output(2, ...first.slice(0, 5)).hasRead);
  t.false(output(2, ...first).hasRead);
  t.true(output(2, ...first, '#14 [b] exporting to image').hasRead);
});

test('a build of one image does not name it', (t) => {
  t.true(output(1, '#9 exporting to image').hasRead);
});
