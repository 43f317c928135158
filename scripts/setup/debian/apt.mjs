import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { must, run } from '../run-command.mjs';

const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
const waitForLock = ['-o', 'DPkg::Lock::Timeout=300'];

/** @returns {{ id: string, codename: string }} of this machine's distribution; empty where there is no os-release */
export function osRelease() {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    const field = (/** @type {string} */ name) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(text)?.[1] ?? '';
    return { id: field('ID'), codename: field('VERSION_CODENAME') };
  } catch {
    return { id: '', codename: '' };
  }
}

/** Whether packages can be installed here: as root, on Debian, Ubuntu or one of their kind. */
export async function isRootOnDebian() {
  return process.getuid?.() === 0 && (await run('apt-get', ['--version'])).ok;
}

/** Refreshes the package lists. A source that fails is none of our business as long as the others have what we want. */
export async function updateLists() {
  await run('apt-get', ['update', '-qq', ...waitForLock], quiet);
}

/**
 * @param {string[]} packages as apt-get takes them, `name` or `name/suite`
 */
export async function install(packages) {
  await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...waitForLock, ...packages], quiet);
}

/**
 * @param {string} name of a package
 * @returns {Promise<string | null>} the version that apt would install; null when there is none
 */
export async function candidateVersion(name) {
  const { stdout } = await run('apt-cache', ['policy', name], { env: { LC_ALL: 'C' } });
  const version = /Candidate: (?:\d+:)?(\S+)/.exec(stdout)?.[1];
  return version && version !== '(none)' ? version : null;
}

/**
 * Installs a package unless what it is wanted for is there already.
 * @param {string} name
 * @param {string} file that comes with it
 */
export async function ensurePackage(name, file) {
  if (existsSync(file)) return;
  await updateLists();
  await install([name]);
}

/**
 * Unpacks a package into a folder, without installing it.
 * @param {string} name
 * @param {string} folder
 */
export async function downloadPackage(name, folder) {
  await mkdir(folder, { recursive: true });
  const fetch = () => run('apt-get', ['download', '-qq', name], { cwd: folder });
  if (!(await fetch()).ok) {
    await updateLists();
    await must('apt-get', ['download', '-qq', name], { cwd: folder });
  }
  const [file = ''] = (await readdir(folder)).filter((entry) => entry.endsWith('.deb'));
  await must('dpkg-deb', ['--extract', file, '.'], { cwd: folder });
}
