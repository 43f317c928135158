import { isWithin, parentOf } from '../plan/context-tree.js';
import type { FileSystem, SeenPath } from './file-system.js';

/** A path that a clean build has otherwise, and pushes should have seen to. */
export interface Difference {
  readonly path: string;
  /** What a clean build has there; null for nothing. */
  readonly expected: string | null;
  readonly found: string | null;
}

/** A path that differs, and may. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
}

/** How a container compares with a clean build. */
export interface Comparison {
  /** Paths that were looked at. */
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly leftOut: readonly LeftOut[];
}

/** What a container is held against. */
export interface Compared {
  readonly container: FileSystem;
  /** The image that the container was made of. */
  readonly image: FileSystem;
  /** A clean build of the context as it is. */
  readonly clean: FileSystem;
  /** Where something is mounted in the container, and what. */
  readonly mounts: readonly { readonly destination: string; readonly type: string }[];
}

/** What the engine puts into every container. */
const ENGINE = [
  ...['/.dockerenv', '/etc/hostname', '/etc/hosts', '/etc/resolv.conf', '/etc/mtab', '/proc', '/sys', '/dev'],
  ...['/sbin/docker-init', '/usr/sbin/docker-init'],
];

/**
 * Compares a container with a clean build. A path that is as in the image, where the clean build has something else, is one
 * that a push has missed; one that the container has otherwise than the image, where image and clean build agree, is the
 * running service's doing. Pure.
 */
export function compareSystems({ container, image, clean, mounts }: Compared): Comparison {
  const differences: Difference[] = [];
  const leftOut: LeftOut[] = [];
  const paths = new Set([...container.keys(), ...clean.keys()]);
  let compared = 0;
  for (const path of [...paths].sort()) {
    if (ENGINE.some((own) => isWithin(own, path))) continue;
    compared += 1;
    const [found, expected, built] = [container.get(path), clean.get(path), image.get(path)];
    if (same(found, expected)) continue;
    const mount = mounts.find(({ destination }) => isWithin(destination, path));
    if (mount) leftOut.push({ path, why: `under a mount: ${mount.destination} (${mount.type})` });
    else if (mounts.some(({ destination }) => isWithin(path, destination)) && !expected)
      leftOut.push({ path, why: 'made on the way to a mount' });
    else if (same(expected, built)) leftOut.push({ path, why: whyWritten(found, expected) });
    else differences.push({ path, expected: describe(expected), found: describe(found) });
  }
  return { compared, differences, leftOut };
}

/** Leaves out differences at paths that a build does not make alike each time. Pure. */
export function leaveOutVarying(comparison: Comparison, varies: (path: string) => boolean): Comparison {
  const isLeft = ({ path }: Difference): boolean => varies(path);
  const left = comparison.differences.filter(isLeft).map(({ path }) => ({ path, why: VARIES }));
  return {
    compared: comparison.compared,
    differences: comparison.differences.filter((each) => !isLeft(each)),
    leftOut: [...comparison.leftOut, ...left].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

const VARIES = 'each build makes it otherwise';

/** Whether two clean builds of the same files differ at a path, or in the names beside it where neither has the path. Pure. */
export function varyingBetween(one: FileSystem, other: FileSystem): (path: string) => boolean {
  const unstable = new Set<string>();
  for (const [a, b] of [
    [one, other],
    [other, one],
  ] as const)
    for (const path of a.keys()) if (!b.has(path)) unstable.add(parentOf(path));
  return (path) => {
    const [a, b] = [one.get(path), other.get(path)];
    return a || b ? !same(a, b) : unstable.has(parentOf(path));
  };
}

const same = (a: SeenPath | undefined, b: SeenPath | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.kind === b.kind &&
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    a.content === b.content);

function whyWritten(found: SeenPath | undefined, expected: SeenPath | undefined): string {
  if (!found) return 'removed by the running service: the image has it';
  return expected ? 'changed by the running service: the image has it otherwise' : 'written by the running service';
}

/** `file 644 0:0 sha256:…`, `link -> target`. */
function describe(path: SeenPath | undefined): string | null {
  if (!path) return null;
  const { kind, mode, uid, gid, content } = path;
  if (kind === 'link') return `link -> ${content}`;
  const digest = kind === 'file' ? ` sha256:${Buffer.from(content, 'base64').toString('hex').slice(0, 12)}` : '';
  return `${kind} ${mode.toString(8)} ${uid}:${gid}${digest}`;
}
