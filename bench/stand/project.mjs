import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { must, run } from '../../scripts/setup/run-command.mjs';
import { leftover } from './leftovers.mjs';

/**
 * A compose project in a temporary folder, with a name of its own. Each service has a build context in a folder of its
 * name, and a folder `out` that its containers write to.
 * @typedef {object} Project
 * @property {string} folder
 * @property {string} name
 * @property {(service: string, ...names: string[]) => string} context absolute path in the build context of a service
 * @property {(service: string, name: string) => string} out absolute path of a file that the containers write
 * @property {(...args: string[]) => Promise<string>} compose runs a compose command that has to succeed
 * @property {() => Promise<void>} close removes the project with all that belongs to it, and the folder
 */

/**
 * @typedef {object} Service
 * @property {Record<string, string>} files of the build context
 * @property {Record<string, unknown>} [compose] what its part of the compose file says besides build and init
 */

/**
 * @param {Record<string, Service>} services
 * @returns {Promise<Project>}
 */
export async function openProject(services) {
  const folder = await mkdtemp(path.join(await realpath(os.tmpdir()), 'docker-livepush-bench-'));
  const name = `livepush-bench-${randomBytes(3).toString('hex')}`;
  for (const [service, { files }] of Object.entries(services)) {
    await mkdir(path.join(folder, 'out', service), { recursive: true });
    for (const [file, content] of Object.entries(files)) {
      const target = path.join(folder, service, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, content);
    }
  }
  await writeFile(path.join(folder, 'compose.yaml'), JSON.stringify({ services: composed(services) }, undefined, 2));
  const args = ['compose', '--project-name', name];
  return {
    folder,
    name,
    context: (service, ...names) => path.join(folder, service, ...names),
    out: (service, file) => path.join(folder, 'out', service, file),
    compose: (...rest) => must('docker', [...args, ...rest], { cwd: folder }),
    close: leftover(async () => {
      const down = ['down', '--rmi', 'local', '--volumes', '--remove-orphans', '--timeout', '1'];
      await run('docker', [...args, ...down], { cwd: folder });
      await rm(folder, { recursive: true, force: true });
    }),
  };
}

/** An init as process 1, so that signals arrive in every contestant's container. @param {Record<string, Service>} services */
const composed = (services) =>
  Object.fromEntries(
    Object.entries(services).map(([service, { compose }]) => [
      service,
      {
        init: true,
        build: { context: `./${service}`, network: 'none' },
        volumes: [`./out/${service}:/out`],
        ...compose,
      },
    ]),
  );
