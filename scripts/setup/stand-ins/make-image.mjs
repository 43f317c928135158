import { spawnSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { must } from '../run-command.mjs';

/** Marks an image as one of ours, made because the real one could not be pulled. */
export const standInLabel = 'org.docker-livepush.stand-in=true';

/** The PATH of the public images. */
export const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * How to make a stand-in for a public image out of Debian packages.
 * @typedef {object} StandIn
 * @property {string} image the name it gets
 * @property {string} contents what it is made of, in a few words
 * @property {string} [from] the image it is built on, which has to be there
 * @property {() => Promise<string>} make makes it, returns its id; gives it no name
 */

/**
 * Makes an image of one layer from a folder.
 * @param {string} root the file system
 * @param {{ changes: string[], owner?: 'root' }} options Dockerfile instructions for the image's settings; whom all files
 * are to belong to, if not to whom they belong already
 */
export async function importImage(root, { changes, owner }) {
  const archive = `${root}.tar`;
  const owners = owner ? ['--owner=0', '--group=0'] : [];
  await must('tar', ['-C', root, '--numeric-owner', ...owners, '-cf', archive, '.']);
  const settings = [`LABEL ${standInLabel}`, ...changes].flatMap((change) => ['--change', change]);
  return must('docker', ['import', ...settings, archive]);
}

/**
 * Builds an image with the default builder, which sees the engine's own images, and with the network of the host.
 * @param {string} dockerfile its text
 * @param {string} context the folder with the files that it copies
 */
export async function buildImage(dockerfile, context) {
  const proxies = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  const args = proxies.filter((name) => process.env[name]).flatMap((name) => ['--build-arg', name]);
  const file = path.join(context, 'Dockerfile');
  await writeFile(file, dockerfile);
  const options = ['--quiet', '--network', 'host', '--label', standInLabel, ...args];
  return must('docker', ['build', ...options, '--file', file, context], { env: { BUILDX_BUILDER: 'default' } });
}

/**
 * Lends a folder for the time of the work; it goes away too when the process is told to exit. It lies in /var/tmp: /tmp
 * is often mounted without devices, which debootstrap refuses.
 * @template T
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withFolder(work) {
  const folder = await mkdtemp('/var/tmp/docker-livepush-stand-in-');
  const remove = () => spawnSync('rm', ['-rf', '--one-file-system', folder]);
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
