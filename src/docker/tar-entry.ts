import type { Readable } from 'node:stream';
import { LivepushError } from '../errors.js';

interface EntryBase {
  /** Relative to where the archive is unpacked, no slash in front. */
  readonly path: string;
  /** Permission bits, at most 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Kept to the millisecond; now when left out. */
  readonly mtime?: Date;
  /** What it was read with: no archive that is written here holds any. */
  readonly capabilities?: string;
}

/** A small file that is read in one piece when its turn comes. */
export interface TarSmallFile extends EntryBase {
  readonly kind: 'file';
  /** Bytes; content of another length is a fault. */
  readonly size: number;
  readonly read: () => Buffer;
}

/** A small file, its content at hand. */
export interface TarBuffer extends EntryBase {
  readonly kind: 'file';
  readonly content: Buffer;
}

/** A file that is opened when its turn comes. */
export interface TarFile extends EntryBase {
  readonly kind: 'file';
  /** Bytes; content of another length is a fault. */
  readonly size: number;
  readonly open: () => Readable;
}

export interface TarDirectory extends EntryBase {
  readonly kind: 'directory';
}

/** A symbolic link. */
export interface TarLink extends EntryBase {
  readonly kind: 'link';
  readonly target: string;
}

/** One member of an archive to be written. */
export type TarEntry = TarBuffer | TarSmallFile | TarFile | TarDirectory | TarLink;

/** Bytes of content. */
export function contentSize(entry: TarEntry): number {
  if (entry.kind !== 'file') return 0;
  return 'content' in entry ? entry.content.length : entry.size;
}

/** One member of an archive that is read. */
export interface TarHeader {
  /** Without `./` in front and slash behind; empty for the archive's root. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'hardlink' | 'other';
  /** Permission bits, at most 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content. */
  readonly size: number;
  readonly mtime: Date;
  /** As it is written in the archive; empty when it is no link. */
  readonly linkTarget: string;
  /** File capabilities, as text that is only good for comparing; empty without any. */
  readonly capabilities: string;
}

/** An engine that unpacks a member without a name replaces the very directory that it unpacks in. */
export function nameOf({ path }: TarEntry): string {
  if (path !== '' && path !== '.' && !path.startsWith('/')) return path;
  throw new LivepushError('internal', `An archive for a container must not have a member named "${path}".`);
}
