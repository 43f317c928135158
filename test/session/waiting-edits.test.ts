import test from 'ava';
import { WaitingEdits } from '../../src/session/waiting-edits.js';

const change = (path: string) => ({ path, before: undefined, after: undefined });
/** The project's files are read, and nothing changes meanwhile. */
const read = (edits: WaitingEdits) => {
  edits.beginReading();
  edits.release('files');
};
const paths = (edits: WaitingEdits) => edits.takeAll()?.changes.map(({ path }) => path);

test('edits that came with the project files wait until these are read, and no longer', (t) => {
  const edits = new WaitingEdits();
  edits.hold('files');
  edits.add([change('a')]);
  t.is(paths(edits), undefined);
  read(edits);
  t.deepEqual(paths(edits), ['a']);
});

test('files that change while they are read have to be read again', (t) => {
  const edits = new WaitingEdits();
  edits.add([change('a')]);
  edits.hold('files');
  edits.beginReading();
  edits.hold('files');
  edits.release('files');
  t.is(paths(edits), undefined);
  read(edits);
  t.deepEqual(paths(edits), ['a']);
});

test('what came after the files were seen to change is told from what came with them, whenever they are read', (t) => {
  let now = 100;
  const edits = new WaitingEdits(() => now);
  const cameAt = (first: number) => ({ first, last: first, quiet: first, looked: now });
  edits.hold('files');
  now = 200;
  edits.beginReading();
  edits.add([change('a')], cameAt(90));
  t.false(edits.hasLater);
  edits.add([change('b')], cameAt(110));
  t.true(edits.hasLater);
  edits.release('files');
  t.deepEqual(paths(edits), ['a', 'b']);
  t.false(edits.hasLater);

  edits.add([change('c')], cameAt(150));
  edits.hold('files');
  t.false(edits.hasLater);
});

test('what no event told of is never left until the next save', (t) => {
  let now = 100;
  const edits = new WaitingEdits(() => now);
  edits.hold('files');
  now = 101;
  edits.add([change('found')]);
  t.true(edits.hasLater);
});

test('what waits when the image is there may be in it; what comes later is not', (t) => {
  const edits = new WaitingEdits();
  edits.add([change('a')]);
  edits.endBuild();
  t.true(edits.takeAll()?.duringBuild);
  edits.endBuild();
  edits.add([change('b')]);
  t.false(edits.takeAll()?.duringBuild);
});
