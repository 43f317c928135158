import { LivepushError } from '../../errors.js';

export type FoundKind = 'file' | 'directory' | 'link' | 'other';

/** A path of a build container, as a search found it. */
export interface FoundPath {
  /** Absolute. */
  readonly path: string;
  readonly kind: FoundKind;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  /** Where a link leads, as it is written; undefined where the search does not tell. */
  readonly target: string | undefined;
}

/** As GNU's `find` prints it: octal mode, link target. */
const GNU = /^(\w) ([0-7]+) (\d+) (\d+) (\d+) (\/[^\t]*)\t(.*)$/;
/** As `stat` prints it: change time, mode in hexadecimal with the bits of the type. */
const PLAIN = /^\d+ ([0-9a-f]+) (\d+) (\d+) (\d+) (\/.*)$/;

const LETTERS: Readonly<Record<string, FoundKind>> = { f: 'file', d: 'directory', l: 'link' };
const TYPES: Readonly<Record<number, FoundKind>> = { 32768: 'file', 16384: 'directory', 40960: 'link' };

export const kindOfMode = (mode: number): FoundKind => TYPES[mode & 0o170000] ?? 'other';

/**
 * Reads what a search printed, each path ended by a byte 2. Throws `container-refused` for a name that a search cannot tell
 * exactly: one with a control character, or that is no UTF-8.
 */
export function parseFound(printed: string): FoundPath[] {
  return printed
    .split('\u0002')
    .filter((record) => record !== '')
    .map((record) => parseGnu(record) ?? parsePlain(record) ?? refuse(record));
}

function parseGnu(record: string): FoundPath | undefined {
  const [, letter = '', mode = '', uid, gid, size, path, target = ''] = GNU.exec(record) ?? [];
  if (path === undefined || !isExact(path)) return undefined;
  const kind = LETTERS[letter] ?? 'other';
  const numbers = { mode: Number.parseInt(mode, 8), uid: Number(uid), gid: Number(gid), size: Number(size) };
  return { path, kind, ...numbers, target: kind === 'link' ? target : undefined };
}

function parsePlain(record: string): FoundPath | undefined {
  const [, raw = '', uid, gid, size, path] = PLAIN.exec(record) ?? [];
  if (path === undefined || !isExact(path)) return undefined;
  const mode = Number.parseInt(raw, 16);
  const numbers = { mode: mode & 0o7777, uid: Number(uid), gid: Number(gid), size: Number(size) };
  return { path, kind: kindOfMode(mode), ...numbers, target: undefined };
}

/** True for a name that comes through a search as it is. */
export const isExact = (path: string): boolean => !/[\p{Cc}\ufffd]/u.test(path);

function refuse(record: string): never {
  const shown = JSON.stringify(record.slice(0, 200));
  throw new LivepushError('container-refused', `a step made a file whose name cannot be told exactly: ${shown}`);
}
