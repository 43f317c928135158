/** What a `COPY --from` step copied: a digest of each path's kind, mode, owner and content, by absolute path. */
export type Manifest = ReadonlyMap<string, string>;

/** Paths that an earlier run copied and a later one does not. */
export const vanished = (before: Manifest, now: Manifest): string[] =>
  [...before.keys()].filter((path) => !now.has(path));
