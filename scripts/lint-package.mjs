#!/usr/bin/env node
// Packs the package as `npm publish` would, and has publint and are-the-types-wrong look at it.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuild } from './setup/build.mjs';
import { root } from './setup/set-up.mjs';

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {boolean} whether it found nothing
 */
const clean = (command, ...args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;

await ensureBuild(root);
const folder = await mkdtemp(path.join(tmpdir(), 'livepush-pack-'));
try {
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  const tarball = path.join(folder, packed.stdout.trim());
  const found = [
    clean('npx', '--no-install', 'publint', 'run', tarball, '--strict'),
    clean('npx', '--no-install', 'attw', tarball, '--format', 'ascii', '--no-emoji'),
  ];
  if (packed.status !== 0 || found.includes(false)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
