import test from 'ava';
import { holdsCopied, type Manifest } from '../../src/engine/manifest.js';

test('a directory holds what was copied into it, at whatever depth', (t) => {
  const manifest: Manifest = new Map([
    ['/app/node_modules/a/index.js', ''],
    ['/app/b', ''],
  ]);
  const directories = ['/', '/app', '/app/node_modules', '/app/node_modules/a', '/app/b', '/app/node', '/other'];
  t.deepEqual(
    directories.filter((path) => holdsCopied(manifest, path)),
    directories.slice(0, 4),
  );
});
