import { parentOf } from '../../plan/context-tree.js';
import type { FoundKind } from './found-paths.js';

/** What makes two paths equal: all that an image holds of one, but for its times. */
export interface Signature {
  readonly kind: FoundKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** SHA-256 of a file in base64, or where a link leads; undefined where nobody knows: it equals nothing then. */
  readonly content: string | undefined;
  /** File capabilities, as `getcap` writes them; empty without any. */
  readonly capabilities: string;
}

/** What a path is known to be: this, nothing, something unknown, or as in the image. */
export type Known =
  | { readonly kind: 'there'; readonly signature: Signature }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'as-in-image' };

/** What a push has left at a path, or found there. */
export type Noted = Exclude<Known, { kind: 'as-in-image' }>;

export const GONE: Noted = { kind: 'gone' };
const AS_IN_IMAGE: Known = { kind: 'as-in-image' };

/** What a service's containers hold by pushes, where that is not what their image holds. Times are left out. */
export class Ledger {
  readonly #known = new Map<string, Known>();
  /** Directories that were gone once, or are none in the image: what it has below them is not there, whatever came back. */
  readonly #emptied = new Set<string>();
  /** Paths of `#known` by their directory. */
  readonly #members = new Map<string, Set<string>>();
  /** Paths that were written without the build container: it has still to show what it has there. */
  readonly #unconfirmed = new Set<string>();

  get paths(): Iterable<string> {
    return this.#known.keys();
  }

  get unconfirmed(): Iterable<string> {
    return this.#unconfirmed;
  }

  get hasUnconfirmed(): boolean {
    return this.#unconfirmed.size > 0;
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  at(path: string): Known {
    return this.#known.get(path) ?? (this.isEmptied(path) ? GONE : AS_IN_IMAGE);
  }

  /** True for a path in a directory that was gone once: nothing of the image counts there. */
  isEmptied(path: string): boolean {
    for (let at = parentOf(path); at !== ''; at = parentOf(at)) if (this.#emptied.has(at)) return true;
    return false;
  }

  /** The path is a directory now, and is none in the image: a link there leads to what does not count. */
  replace(path: string): void {
    this.#emptied.add(path);
  }

  /** Paths directly in a directory that are known to be there, and those that are known to be gone. */
  membersOf(directory: string): { readonly there: readonly string[]; readonly gone: ReadonlySet<string> } {
    const there: string[] = [];
    const gone = new Set<string>();
    for (const path of this.#members.get(directory) ?? []) {
      if (this.#known.get(path)?.kind === 'gone') gone.add(path);
      else there.push(path);
    }
    return { there, gone };
  }

  /** Takes note of what a path is from now on. With anything but a directory, all below it is gone. */
  note(path: string, known: Noted): void {
    const isDirectory = known.kind === 'there' && known.signature.kind === 'directory';
    if (!isDirectory && known.kind !== 'unknown') this.#empty(path);
    this.#known.set(path, known);
    if (path === '/') return;
    const directory = parentOf(path) || '/';
    const members = this.#members.get(directory);
    if (members) members.add(path);
    else this.#members.set(directory, new Set([path]));
  }

  /** The same of what a push wrote or removed without the build container. */
  noteUnconfirmed(path: string, known: Noted): void {
    this.note(path, known);
    this.#unconfirmed.add(path);
  }

  /** Nothing that is known here has been shown by the build container: it is another one. */
  doubt(): void {
    for (const path of this.#known.keys()) this.#unconfirmed.add(path);
  }

  /** The build container has shown what it has at all of them. */
  confirm(): void {
    this.#unconfirmed.clear();
  }

  #empty(path: string): void {
    this.#emptied.add(path);
    for (const member of this.#members.get(path) ?? []) this.note(member, GONE);
  }
}

/** True when two paths are the same, as far as an image goes. */
export function sameSignature(a: Signature, b: Signature): boolean {
  if (a.kind !== b.kind || a.uid !== b.uid || a.gid !== b.gid || a.capabilities !== b.capabilities) return false;
  if (a.kind === 'link') return a.content === b.content && a.content !== undefined;
  if (a.mode !== b.mode) return false;
  return a.kind === 'directory' || (a.content !== undefined && a.content === b.content);
}
