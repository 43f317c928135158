import { tmpdir } from 'node:os';
import test from 'ava';
import { temporaryFolder } from '../../src/compose/temporary-folder.js';

test('a folder for temporary files that is there is left to compose', (t) => {
  t.deepEqual(temporaryFolder({ TMPDIR: tmpdir() }, ['/some/folder/override.yaml']), {});
  t.deepEqual(temporaryFolder({}, ['/some/folder/override.yaml']), {});
});

test('one that is not there gives way to the folder of the override file', (t) => {
  const folder = temporaryFolder({ TMPDIR: '/proc/nope' }, ['/some/folder/override.yaml', '/other/more.yaml']);
  t.deepEqual(folder, { TMPDIR: '/some/folder' });
  t.deepEqual(temporaryFolder({ TMPDIR: '/proc/nope' }, []), {});
});
