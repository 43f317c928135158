import type { PathKind, PathStat } from './engine.js';

// Go's os.FileMode, which the engine sends as a number.
const goMode = {
  directory: 2 ** 31,
  link: 2 ** 27,
  device: 2 ** 26,
  pipe: 2 ** 25,
  socket: 2 ** 24,
  setuid: 2 ** 23,
  setgid: 2 ** 22,
  sticky: 2 ** 20,
  irregular: 2 ** 19,
};

const has = (mode: number, bit: number): boolean => Math.floor(mode / bit) % 2 === 1;

function kindOf(mode: number): PathKind {
  if (has(mode, goMode.directory)) return 'directory';
  if (has(mode, goMode.link)) return 'link';
  const other = [goMode.device, goMode.pipe, goMode.socket, goMode.irregular];
  return other.some((bit) => has(mode, bit)) ? 'other' : 'file';
}

function permissionsOf(mode: number): number {
  const setuid = has(mode, goMode.setuid) ? 0o4000 : 0;
  const setgid = has(mode, goMode.setgid) ? 0o2000 : 0;
  const sticky = has(mode, goMode.sticky) ? 0o1000 : 0;
  return setuid + setgid + sticky + (mode % 0o1000);
}

interface RawPathStat {
  readonly mode: number;
  readonly size: number;
  readonly mtime?: string;
  readonly linkTarget?: string;
}

const isRawPathStat = (value: unknown): value is RawPathStat =>
  typeof value === 'object' &&
  value !== null &&
  'mode' in value &&
  typeof value.mode === 'number' &&
  'size' in value &&
  typeof value.size === 'number';

/** Decodes the `X-Docker-Container-Path-Stat` header of the archive API (base64 of JSON); undefined when it is no such header. */
export function decodePathStat(header: string): PathStat | undefined {
  const raw = parse(Buffer.from(header, 'base64').toString('utf8'));
  if (!isRawPathStat(raw)) return undefined;
  const kind = kindOf(raw.mode);
  return {
    kind,
    mode: permissionsOf(raw.mode),
    size: raw.size,
    mtime: raw.mtime ?? '',
    linkTarget: kind === 'link' ? (raw.linkTarget ?? '') : '',
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
