import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { withUsableConfig } from '../../src/session/docker-config.js';

test('a home that holds the configuration of Docker, or can, is left alone; for any other folders are named', (t) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'livepush-config-')));
  t.teardown(() => rmSync(root, { recursive: true }));
  const [home, run, file] = [join(root, 'home'), join(root, 'run'), join(root, 'file')];
  mkdirSync(home);
  mkdirSync(run);
  writeFileSync(file, '');
  const changed = (env: Record<string, string>) => {
    const { XDG_RUNTIME_DIR: _, ...after } = withUsableConfig({ XDG_RUNTIME_DIR: run, ...env });
    return after;
  };
  for (const env of [{}, { HOME: '' }, { HOME: home }, { HOME: file, DOCKER_CONFIG: home }])
    t.deepEqual(changed(env), env);
  t.deepEqual(changed({ HOME: file, BUILDX_CONFIG: '/given' }), { HOME: file, BUILDX_CONFIG: '/given' });

  const own = join(run, 'docker-livepush');
  const named = { BUILDX_CONFIG: join(own, 'buildx'), DOCKER_CONFIG: join(own, 'docker') };
  for (const HOME of [file, '/proc/nope', join(root, 'not/there')]) t.deepEqual(changed({ HOME }), { HOME, ...named });
  // it is there, and nobody can write to it
  t.deepEqual(changed({ HOME: '/proc/self' }), { HOME: '/proc/self', BUILDX_CONFIG: named.BUILDX_CONFIG });
});
