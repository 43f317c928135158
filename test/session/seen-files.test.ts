import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { changesSince, entriesOf, SeenFilesNote, sweepNotes } from '../../src/session/seen-files.js';
import { readTree } from '../plan/read-tree.js';

const noted = (text: string, unseen: Parameters<typeof entriesOf>[1] = []) => ({
  recipe: '',
  containerIds: ['one', 'two'],
  entries: entriesOf(readTree(text), unseen),
});

const shown = (...args: Parameters<typeof changesSince>): string[] =>
  changesSince(...args).map(({ path, before, after }) => `${before?.kind} ${path} ${after?.kind}`);

test('what was added, removed and changed since is told, and nothing else', (t) => {
  const before = noted('same\ndir/gone\nmode: file 644\nkind');
  t.deepEqual(shown(before, readTree('same\ndir/new\nmode: file 755\nkind/')), [
    'file dir/gone undefined',
    'file mode file',
    'file kind directory',
    'undefined dir/new file',
  ]);
  t.deepEqual(shown(before, readTree('same\ndir/gone\nmode: file 644\nkind')), []);
});

test('a change that containers have not seen is still one the next time', (t) => {
  const now = 'edited: file 755\nadded';
  const [edited] = entriesOf(readTree('edited: file 644'), []).filter(([path]) => path === 'edited');
  const unseen = [
    { path: 'edited', before: edited?.[1], after: undefined },
    { path: 'gone', before: edited?.[1], after: undefined },
    { path: 'added', before: undefined, after: edited?.[1] },
  ];
  t.deepEqual(shown(noted(now, unseen), readTree(now)).sort(), [
    'file edited file',
    'file gone undefined',
    'undefined added file',
  ]);
});

test('a note is for its containers only, and one that cannot be read is none', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-note-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'deep', 'note.json');
  const note = new SeenFilesNote(file);
  t.is(await note.read(['one']), undefined);
  await note.write(noted('a\nb'));
  t.deepEqual(await readdir(join(folder, 'deep')), ['note.json']);
  t.deepEqual(await note.read(['two']), noted('a\nb'));
  t.is(await note.read(['one', 'three']), undefined);
  for (const nonsense of [
    '{"contain',
    '[]',
    '5',
    'null',
    '["one"]',
    '{"containerIds": ["one"]}',
    '{"containerIds": "one"}',
  ]) {
    await writeFile(file, nonsense);
    t.is(await note.read(['one']), undefined, nonsense);
  }
  await note.remove();
  t.deepEqual(await readdir(join(folder, 'deep')), []);
});

test('notes of containers that are gone, and notes that nobody can read, are removed; others stay', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-notes-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  await new SeenFilesNote(at('kept.json')).write({ recipe: '', containerIds: ['a', 'b'], entries: [] });
  await new SeenFilesNote(at('gone.json')).write({ recipe: '', containerIds: ['c'], entries: [] });
  const nonsense = ['{', '5', '["b"]', '{"containerIds": 5}'];
  for (const [index, text] of nonsense.entries()) await writeFile(at(`broken${index}.json`), text);
  await sweepNotes((await readdir(folder)).map(at), new Set(['b', 'd']));
  t.deepEqual(await readdir(folder), ['kept.json']);
});
