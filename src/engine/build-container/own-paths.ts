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

/** False for what the engine puts into every container, and for what is ours. */
export const isOfImage = (path: string): boolean => !NOT_OF_IMAGE.includes(path) && !path.startsWith(`${OWN}/`);
