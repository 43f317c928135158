import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir as systemTmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test from 'ava';
import { sweepOverrides, writeOverride } from '../../src/compose/write-override.js';

test('What a sweep removes are the folders of its project whose process is gone.', async (t) => {
  const tmpdir = await mkdtemp(join(systemTmpdir(), 'livepush-sweep-'));
  t.teardown(() => rm(tmpdir, { recursive: true, force: true }));
  await writeOverride({ project: 'shop', tmpdir, owner: 'gone' }, []);
  const kept = await writeOverride({ project: 'shop', tmpdir, owner: 'there' }, []);
  const other = await writeOverride({ project: 'shop-2', tmpdir, owner: 'gone' }, []);
  await sweepOverrides({ project: 'shop', tmpdir }, async (owner) => owner === 'gone');
  t.deepEqual((await readdir(tmpdir)).sort(), [kept.folder, other.folder].map((path) => basename(path)).sort());
});
