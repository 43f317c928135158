import test from 'ava';
import { mainProcess } from '../../src/session/main-process.js';

const image = { entrypoint: ['/entry'], command: ['run'] };
const written = { liveCommand: false };
const none = { entrypoint: undefined, command: undefined };

test('What the service does not say is taken from the image.', (t) => {
  t.deepEqual(mainProcess(none, image, written), ['/entry', 'run']);
  t.deepEqual(mainProcess({ ...none, command: ['serve', '$x'] }, image, written), ['/entry', 'serve', '$x']);
  t.deepEqual(mainProcess({ ...none, command: [] }, image, written), ['/entry', 'run']);
});

test("An entrypoint of the service's own takes the image's command away; an empty one does not.", (t) => {
  t.deepEqual(mainProcess({ ...none, entrypoint: ['/own'] }, image, written), ['/own']);
  t.deepEqual(mainProcess({ entrypoint: ['/own'], command: ['serve'] }, image, written), ['/own', 'serve']);
  t.deepEqual(mainProcess({ ...none, entrypoint: [] }, image, written), ['run']);
  t.deepEqual(mainProcess({ entrypoint: [], command: ['serve'] }, image, written), ['serve']);
});

test("A live command, which is the image's, wins over the command of the service; an entrypoint stays.", (t) => {
  const live = { liveCommand: true };
  t.deepEqual(mainProcess({ ...none, command: ['serve'] }, image, live), ['/entry', 'run']);
  t.deepEqual(mainProcess({ entrypoint: ['/own'], command: ['serve'] }, image, live), ['/own']);
});
