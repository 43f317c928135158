import { mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { noteFolder } from '../../src/session/note-folder.js';

test('a folder that cannot be made is stepped over', async (t) => {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'livepush-home-')));
  t.teardown(() => rm(home, { recursive: true }));
  await writeFile(join(home, 'file'), '');
  t.is(noteFolder({ XDG_RUNTIME_DIR: join(home, 'run') }, home), join(home, 'run', 'docker-livepush'));
  for (const XDG_RUNTIME_DIR of ['/proc/nope', join(home, 'file', 'run'), ''])
    t.is(noteFolder({ XDG_RUNTIME_DIR }, home), join(home, '.docker', 'livepush'));
  const temporary = noteFolder({}, join(home, 'file'));
  t.true(temporary.startsWith(join(tmpdir(), 'docker-livepush-')));
  t.is((await stat(temporary)).mode & 0o777, 0o700);
});
