import type { ContextEntry } from '../plan/context-tree.js';
import { isHalfSaved } from './half-saved.js';

/** How many quiet windows a file that looks half saved is waited for. */
const PATIENCE = 12;
/** Paths at a time up to which each is asked whether it is half saved: more are no editor's doing. */
const FEW = 100;

interface Surroundings {
  /** Absolute path of the context. */
  readonly root: string;
  /** What is known of a path. */
  readonly entryOf: (path: string) => ContextEntry | undefined;
}

/** Files that editors are just saving, and how often they were found like that. */
export class Saves {
  readonly #waiting = new Map<string, number>();

  /** Tells paths that an editor is just saving from the others. */
  async sort(
    paths: ReadonlySet<string>,
    { root, entryOf }: Surroundings,
  ): Promise<{ readonly settled: ReadonlySet<string>; readonly half: readonly string[] }> {
    if (paths.size > FEW) return { settled: paths, half: [] };
    const asked = await Promise.all(
      [...paths].map(async (path) => ({ path, isHalf: await isHalfSaved({ root, path, before: entryOf(path) }) })),
    );
    const settled = new Set<string>();
    const half: string[] = [];
    for (const { path, isHalf } of asked) {
      const rounds = isHalf ? (this.#waiting.get(path) ?? 0) + 1 : PATIENCE;
      if (rounds < PATIENCE) {
        this.#waiting.set(path, rounds);
        half.push(path);
      } else {
        this.#waiting.delete(path);
        settled.add(path);
      }
    }
    return { settled, half };
  }
}
