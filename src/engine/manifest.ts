import { posix } from 'node:path';

/** What a `COPY --from` step copied: a digest of each path's kind, mode, owner and content, by absolute path. */
export type Manifest = ReadonlyMap<string, string>;

/** Directories above what is copied, by manifest: a manifest never changes. */
const above = new WeakMap<Manifest, ReadonlySet<string>>();

/** True for a directory in which something is copied. */
export function holdsCopied(manifest: Manifest, directory: string): boolean {
  const known = above.get(manifest);
  if (known) return known.has(directory);
  const directories = new Set<string>();
  for (const path of manifest.keys())
    for (let at = posix.dirname(path); !directories.has(at); at = posix.dirname(at)) directories.add(at);
  above.set(manifest, directories);
  return directories.has(directory);
}

/** Paths that an earlier run copied and a later one does not. */
export const vanished = (before: Manifest, now: Manifest): string[] =>
  [...before.keys()].filter((path) => !now.has(path));
