import { isWithin } from '../../plan/context-tree.js';

/** The folder in a build container that is no part of its image. */
export const OWN = '/run/docker-livepush';

/** On disk, in a volume: content of mounts, caches, marks. */
export const STORE = `${OWN}/store`;

/** In memory: secrets. */
export const MEMORY = `${OWN}/memory`;

export const MARKS = `${STORE}/marks`;

/** What a container has by the engine's doing, and what is ours: no step has made it. */
export const NOT_OF_IMAGE = [
  ...[OWN, '/proc', '/sys', '/dev', '/.dockerenv'],
  ...['/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/etc/mtab'],
];

/** Left by an engine that was killed while it packed or unpacked an archive. */
const OF_ENGINE = /^\/\.pivot_root\d+(?:\/|$)/;

/** False for what the engine puts into containers, and for what is ours. */
export const isOfImage = (path: string): boolean =>
  !NOT_OF_IMAGE.includes(path) && !path.startsWith(`${OWN}/`) && !OF_ENGINE.test(path);

/** What the engine puts into folders that images have, too. */
const BELOW = ['/dev/console', '/dev/pts', '/dev/shm'];

/** The same as `isOfImage` for what is read out of a container that does not run. */
export const isCopied = (path: string): boolean => isOfImage(path) && !BELOW.includes(path);

/** True for a directory in which lies what is not of the image: whether the image has something in its place cannot be told. */
export const holdsOthers = (directory: string): boolean => NOT_OF_IMAGE.some((path) => isWithin(directory, path));
