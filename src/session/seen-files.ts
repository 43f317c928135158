import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Stage } from '../dockerfile/model.js';
import type { Drift } from '../engine/find-drift.js';
import { type ContextEntry, type ContextTree, descendants, sameEntry } from '../plan/context-tree.js';
import { coverage } from '../plan/find-stale.js';
import type { TreeChange } from '../watch/scan-context.js';
import type { LiveModel } from './service-model.js';

/** What the containers of a service hold of its build context, as the session that ended last has left them. */
export interface SeenFiles {
  /** What the service is built by. */
  readonly recipe: string;
  readonly containerIds: readonly string[];
  readonly entries: readonly (readonly [string, ContextEntry])[];
}

/** A digest of all that a build is made by besides the files of its context. */
export function recipeOf({ build, platform, target }: LiveModel): string {
  const { dockerfileText, ignoreText = '', spec } = build;
  const parts = [dockerfileText, ignoreText, spec.args, target, platform];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

/** A note of what containers hold, for a session that attaches to them later. */
export class SeenFilesNote {
  readonly #file: string;

  /** @param file absolute */
  constructor(file: string) {
    this.#file = file;
  }

  /** The note for just these containers; undefined where there is none, or none that can be read. */
  async read(containerIds: readonly string[]): Promise<SeenFiles | undefined> {
    try {
      const note: SeenFiles = JSON.parse(await readFile(this.#file, 'utf8'));
      if (!Array.isArray(note.containerIds) || !Array.isArray(note.entries)) return undefined;
      const known = new Set(note.containerIds);
      return containerIds.every((id) => known.has(id)) ? note : undefined;
    } catch {
      return undefined;
    }
  }

  /** The containers that the note is about; none where it cannot be read. */
  async containerIds(): Promise<readonly string[]> {
    try {
      const { containerIds }: SeenFiles = JSON.parse(await readFile(this.#file, 'utf8'));
      return Array.isArray(containerIds) ? containerIds : [];
    } catch {
      return [];
    }
  }

  async write(note: SeenFiles): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    await writeFile(`${this.#file}.new`, JSON.stringify(note), { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
  }

  /** To be called before the first push: from then on the note may be wrong. */
  remove(): Promise<void> {
    return rm(this.#file, { force: true });
  }
}

/** Removes the notes (paths) of which no container is there any more: nobody will ask for them. */
export async function sweepNotes(files: readonly string[], containerIds: ReadonlySet<string>): Promise<void> {
  for (const file of files) {
    const note = new SeenFilesNote(file);
    const known = await note.containerIds();
    if (!known.some((id) => containerIds.has(id))) await note.remove();
  }
}

/** All of a context, without changes that containers have not seen. */
export function entriesOf(tree: ContextTree, unseen: readonly TreeChange[]): SeenFiles['entries'] {
  const entries = new Map(['', ...descendants(tree, '')].map((path) => [path, tree.get(path)]));
  for (const { path, before } of unseen) entries.set(path, before);
  return Array.from(entries).flatMap(([path, entry]) => (entry ? [[path, entry] as const] : []));
}

/** What has changed in a context since. */
export function changesSince({ entries }: SeenFiles, tree: ContextTree): TreeChange[] {
  const before = new Map(entries);
  const paths = new Set([...before.keys(), ...entriesOf(tree, []).map(([path]) => path)]);
  return [...paths]
    .map((path) => ({ path, before: before.get(path), after: tree.get(path) }))
    .filter((change) => !sameEntry(change.before, change.after));
}

/**
 * What containers lack that held all that was noted. The earlier stages are built from the context as it is: where one reads
 * something that was edited, what the final stage copies from them is not what it copied.
 */
export function driftSince(
  seen: SeenFiles,
  { tree, stages, concerns }: { tree: ContextTree; stages: readonly Stage[]; concerns: (path: string) => boolean },
): Drift {
  const changes = changesSince(seen, tree);
  const earlier = coverage(
    tree,
    stages.slice(0, -1).flatMap(({ steps }) => steps),
  );
  const isStale = changes.some(({ path, before }) => concerns(path) && earlier(path, before));
  const copy = stages.at(-1)?.steps.find((step) => step.kind === 'copy' && step.from.kind === 'stage');
  return { changes, staleCopy: isStale ? copy?.index : undefined };
}
