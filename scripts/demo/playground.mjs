import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { run } from '../setup/run-command.mjs';

/**
 * A copy of an example that may be edited, with a Compose project name and a port of its own.
 * @typedef {object} Playground
 * @property {string} folder
 * @property {string} project
 * @property {string} url
 * @property {Record<string, string>} env what compose needs to know
 * @property {() => Promise<void>} close removes the project with all that belongs to it, and the folder
 */

/**
 * @param {string} example its folder
 * @param {string} [portVariable] what its compose file calls the port
 * @returns {Promise<Playground>}
 */
export async function openPlayground(example, portVariable = 'WEB_PORT') {
  const folder = await mkdtemp(path.join(await realpath(os.tmpdir()), 'docker-livepush-demo-'));
  await cp(example, folder, { recursive: true });
  const project = `livepush-demo-${randomBytes(3).toString('hex')}`;
  const port = await freePort();
  const env = { [portVariable]: String(port) };
  const close = async () => {
    await removeProject({ folder, project, env });
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, project, url: `http://127.0.0.1:${port}/`, env, close };
}

/** @param {Pick<Playground, 'folder' | 'project' | 'env'>} playground */
async function removeProject({ folder, project, env }) {
  const down = ['down', '--rmi', 'local', '--volumes', '--remove-orphans', '--timeout', '2'];
  await run('docker', ['compose', '--project-name', project, ...down], { cwd: folder, env });
  const label = `label=docker-livepush=${project}`;
  await removeListed(['ps', '--all', '--quiet', '--filter', label], ['rm', '--force']);
  await removeListed(['image', 'ls', '--quiet', '--filter', label], ['image', 'rm', '--force']);
  await removeListed(['image', 'ls', '--quiet', '--filter', `reference=${project}*`], ['image', 'rm', '--force']);
}

/**
 * @param {string[]} list docker's arguments that print ids
 * @param {string[]} remove docker's arguments that take them
 */
async function removeListed(list, remove) {
  const { stdout } = await run('docker', list);
  const ids = [...new Set(stdout.split('\n'))].filter(Boolean);
  if (ids.length > 0) await run('docker', [...remove, ...ids]);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}
