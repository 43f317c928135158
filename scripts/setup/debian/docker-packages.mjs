import { writeFileSync } from 'node:fs';
import { isAtLeast } from '../engine-state.mjs';
import { SetupError, say } from '../say.mjs';
import { candidateVersion, install, osRelease, updateLists } from './apt.mjs';
import { findSource, formatSource } from './apt-sources.mjs';

/** @typedef {import('../engine.mjs').Part} Part */

/**
 * Installs parts of Docker from the distribution's own packages, and nothing else.
 * @param {Part[]} parts
 */
export async function installDockerParts(parts) {
  await updateLists();
  const packages = [...new Set((await ownPackages(parts)) ?? (await trixiePackages(parts)))];
  say(`installing ${packages.join(', ')}`);
  await install(packages);
}

/**
 * The release's own packages, if its compose is new enough. Ubuntu calls compose v2 docker-compose-v2, and has the
 * docker command in docker.io.
 * @param {Part[]} parts
 */
async function ownPackages(parts) {
  const compose = await firstWith(['docker-compose-v2', 'docker-compose'], (version) => isAtLeast(version, [2, 24]));
  const cli = await firstWith(['docker-cli', 'docker.io'], () => true);
  if (!compose || !cli) return undefined;
  return parts.map((part) => ({ engine: 'docker.io', cli, compose, buildx: 'docker-buildx' })[part]);
}

/**
 * On an older Debian the packages of trixie, which install cleanly there. Their source is pinned so low that nothing
 * else ever comes from it.
 * @param {Part[]} parts
 */
async function trixiePackages(parts) {
  const { id, codename } = osRelease();
  const source = findSource(codename);
  if (id !== 'debian' || !source) {
    throw new SetupError(
      'the packages of this system have no docker compose 2.24 or newer; see https://docs.docker.com/engine/install/',
    );
  }
  say(`${codename} has no docker compose 2.24 or newer: adding trixie as a package source, pinned to priority 100`);
  const pin = 'Package: *\nPin: release n=trixie\nPin-Priority: 100\n';
  writeFileSync('/etc/apt/preferences.d/docker-livepush-trixie', pin);
  writeFileSync('/etc/apt/sources.list.d/docker-livepush-trixie.sources', formatSource(source, 'trixie'));
  await updateLists();
  const names = { engine: 'docker.io', cli: 'docker-cli', compose: 'docker-compose', buildx: 'docker-buildx' };
  return parts.map((part) => `${names[part]}/trixie`);
}

/**
 * @param {string[]} names
 * @param {(version: string) => boolean} fits
 */
async function firstWith(names, fits) {
  for (const name of names) {
    const version = await candidateVersion(name);
    if (version && fits(version)) return name;
  }
  return undefined;
}
