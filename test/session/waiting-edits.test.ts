import test from 'ava';
import { WaitingEdits } from '../../src/session/waiting-edits.js';

const change = (path: string) => ({ path, before: undefined, after: undefined });
/** The project's files are read, and nothing changes meanwhile. */
const read = (edits: WaitingEdits) => {
  edits.beginReading()();
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
  const end = edits.beginReading();
  edits.hold('files');
  end();
  edits.release('files');
  t.is(paths(edits), undefined);
  read(edits);
  t.deepEqual(paths(edits), ['a']);
});

test('what came after the files were read is told from what came with them', (t) => {
  const edits = new WaitingEdits();
  const end = edits.beginReading();
  edits.add([change('a')]);
  end();
  t.false(edits.hasLater);
  edits.add([change('b')]);
  t.true(edits.hasLater);
  t.deepEqual(paths(edits), ['a', 'b']);
  t.false(edits.hasLater);
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
