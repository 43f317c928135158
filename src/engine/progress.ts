import type { Step } from '../dockerfile/model.js';
import type { DirtyStep, PendingChange } from '../plan/plan.js';
import type { TreeChange } from '../watch/scan-context.js';

/** What one container has not seen yet: changed paths, and the step that a push stopped at. */
export class Progress {
  readonly #pending = new Map<string, PendingChange>();
  #dirty: DirtyStep | undefined;

  get pending(): ReadonlyMap<string, PendingChange> {
    return this.#pending;
  }

  get dirty(): DirtyStep | undefined {
    return this.#dirty;
  }

  /** True when the container has seen all there is. */
  get isFinished(): boolean {
    return this.#dirty === undefined && this.#pending.size === 0;
  }

  /** Paths that no step of the container has seen in their present state. */
  add(changes: readonly TreeChange[]): void {
    for (const { path, before } of changes) {
      const was = [...(this.#pending.get(path)?.was ?? []), ...(before ? [before] : [])];
      this.#pending.set(path, { since: 0, was });
    }
  }

  /** All steps are replayed. */
  finish(): void {
    this.#pending.clear();
    this.#dirty = undefined;
  }

  /** All steps are replayed, and the main process has still to be restarted: `behind` is the index after the last step. */
  oweRestart(restart: Step | undefined, behind: number): void {
    this.finish();
    if (restart) this.#dirty = { from: behind, full: false, restart };
  }

  /** The restart that was owed is done. */
  restarted(): void {
    this.#dirty = undefined;
  }

  /** What this step and all after it have made is not to be relied on; what no step has seen yet stays unseen by all. */
  distrust(from: number): void {
    const { from: earlier = from, restart } = this.#dirty ?? {};
    this.#dirty = { from: Math.min(earlier, from), full: true, restart };
  }

  /** A push ended before this step was done; all before it is. */
  stopAt(dirty: DirtyStep): void {
    for (const [path, change] of this.#pending) {
      this.#pending.set(path, { ...change, since: Math.max(change.since, dirty.from) });
    }
    this.#dirty = dirty;
  }

  /** Nobody knows any more whether this step and those after it are done; files are not written all for that. */
  doubt(from: number): void {
    if (this.#dirty && this.#dirty.from <= from) return;
    this.#dirty = { from, full: false, restart: this.#dirty?.restart };
  }
}
