import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import { must } from '../../scripts/setup/run-command.mjs';
import { SetupError } from '../../scripts/setup/say.mjs';

/**
 * The file system of a running container, seen from this machine: what a look costs is the same for every contestant,
 * and nothing runs in the container for it.
 */
export class ContainerView {
  #root;

  /** @param {string} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {string} file absolute path in the container */
  read(file) {
    return readIfThere(path.join(this.#root, file));
  }

  /** @param {string} file absolute path in the container */
  has(file) {
    return existsSync(path.join(this.#root, file));
  }
}

/** @param {string} file */
export function readIfThere(file) {
  let handle;
  try {
    handle = openSync(file, 'r');
    const buffer = Buffer.alloc(4096);
    return buffer.toString('utf8', 0, readSync(handle, buffer));
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/**
 * Views of the containers of a service.
 * @param {import('./project.mjs').Project} project
 * @param {string} service
 */
export async function viewsOf(project, service) {
  const ids = (await project.compose('ps', '--quiet', service)).split('\n');
  const pids = await must('docker', ['inspect', '--format', '{{.State.Pid}}', ...ids]);
  return pids.split('\n').map((pid) => {
    const root = `/proc/${pid}/root`;
    try {
      readFileSync(`${root}/main.sh`);
    } catch (cause) {
      throw new SetupError(
        `The files of a container cannot be seen at ${root} (${/** @type {Error} */ (cause).message}). ` +
          'The measurements need an engine on this machine, and root.',
      );
    }
    return new ContainerView(root);
  });
}
