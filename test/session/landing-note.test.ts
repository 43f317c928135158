import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { LandingNote } from '../../src/session/landing-note.js';
import { landingFile, notesOf } from '../../src/session/note-files.js';
import { sweepNotes } from '../../src/session/seen-files.js';

test('a note that was begun and never ended says that its containers are broken, until they are others', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-landing-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'web.landing');
  const killed = new LandingNote(file);
  await killed.read(['one', 'two']);
  t.false(killed.isBroken);
  await killed.begin(['one', 'two']);

  const next = new LandingNote(file);
  await next.read(['two']);
  t.true(next.isBroken);
  await next.end();
  t.deepEqual(await readdir(folder), ['web.landing']);
  await next.read(['three']);
  t.false(next.isBroken);
  await next.begin(['three']);
  await next.end();
  t.deepEqual(await readdir(folder), []);
});

test('a note that cannot be written is left out', async (t) => {
  const note = new LandingNote(join(tmpdir(), 'livepush-nowhere', 'web.landing'));
  await t.notThrowsAsync(note.begin(['one']));
  await t.notThrowsAsync(note.end());
  await note.read(['one']);
  t.false(note.isBroken);
});

test('notes of containers that are gone are swept, whatever project they are of', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-landing-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const subject = { folder, engineId: 'one', project: 'shop' };
  const files = ['gone', 'there'].map((service) => landingFile(subject, service));
  for (const file of files) await new LandingNote(file).begin([file === files[0] ? 'a' : 'b']);
  const notes = await notesOf({ folder, engineId: 'one' });
  t.deepEqual([...notes].sort(), [...files].sort());
  await sweepNotes(notes, new Set(['b']));
  t.deepEqual(await notesOf(subject), files.slice(1));
});
