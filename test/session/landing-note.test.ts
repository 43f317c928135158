import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { LandingNote } from '../../src/session/landing-note.js';

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
