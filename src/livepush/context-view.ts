import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import type { Step } from '../dockerfile/model.js';
import { messageOf } from '../errors.js';
import { isWithin, MutableTree } from '../plan/context-tree.js';
import { coverage, watchRoots } from '../plan/find-stale.js';
import { type IgnoreRules, ignoreNothing, parseIgnore } from '../watch/ignore.js';
import { ContextScanner, type TreeChange } from '../watch/scan-context.js';
import { InvalidArgumentError } from './errors.js';

/** What a look at paths that a caller named has found. */
export interface Look {
  /** What differs from the last time the paths were looked at. */
  readonly changed: readonly TreeChange[];
  /** Named for the first time, and as they were when the context was first read: they may have changed before that. */
  readonly doubtful: readonly TreeChange[];
  /** Paths that could not be read, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** The ignore file is another one than the context was read with. */
  readonly ignoreChanged: boolean;
}

/** As `docker build` looks for them. */
const IGNORE_FILES = ['Dockerfile.dockerignore', '.dockerignore'];

/** Stands for something that was there once, and of which no more is known. */
const UNKNOWN = { kind: 'file', mode: 0o644, size: 0, digest: '', mtimeMs: 0 } as const;

/** The part of a build context that steps read: as it was last looked at, and what differs where a caller says that it may. */
export class ContextView {
  readonly tree = new MutableTree();
  /** Absolute path of the context, with links resolved. */
  readonly root: string;
  readonly #ignore: IgnoreRules;
  readonly #ignoreText: string | undefined;
  readonly #scanner: ContextScanner;
  /** Paths that were named before: the tree says what was pushed of them. */
  readonly #named = new Set<string>();
  #steps: readonly Step[] = [];
  #roots: readonly string[] = [];

  private constructor(root: string, ignoreText: string | undefined) {
    this.root = root;
    this.#ignoreText = ignoreText;
    this.#ignore = ignoreText === undefined ? ignoreNothing : parseIgnore(ignoreText);
    const wanted = (path: string) => this.#roots.some((at) => isWithin(at, path) || isWithin(path, at));
    const mayUnpack = () => this.#steps.some((step) => step.kind === 'copy' && step.add);
    const { signal } = new AbortController();
    this.#scanner = new ContextScanner(this.tree, { root, ignore: this.#ignore, wanted, mayUnpack, signal });
  }

  /** Throws `InvalidArgumentError` when there is no such folder. */
  static async open(context: string): Promise<ContextView> {
    const root = await realpath(context).catch((cause: unknown) => {
      throw new InvalidArgumentError(`The build context ${context} cannot be read: ${messageOf(cause)}.`, { cause });
    });
    return new ContextView(root, await readIgnore(root));
  }

  /** Reads what these steps read. */
  async follow(steps: readonly Step[]): Promise<void> {
    this.setSteps(steps);
    await this.#widen();
  }

  /** Takes other steps; what only they read is read at the next look. */
  setSteps(steps: readonly Step[]): void {
    this.#steps = steps;
  }

  /** True when a change of one of these paths calls for a push, as far as can be told without looking at the disk. */
  concerns(paths: readonly string[]): boolean {
    const covered = coverage(this.tree, this.#steps);
    const roots = watchRoots(this.tree, this.#steps);
    return paths.some((path) => {
      if (IGNORE_FILES.includes(path)) return true;
      if (this.#ignore.ignores(path) && this.#ignore.prunes(path)) return false;
      const above = roots.some((root) => isWithin(path, root));
      return above || (!this.#ignore.ignores(path) && covered(path, this.tree.get(path)));
    });
  }

  /** True when a step reads this path. */
  covers(path: string): boolean {
    return coverage(this.tree, this.#steps)(path, this.tree.get(path));
  }

  /** Looks at these paths, and all below them. */
  async look(paths: readonly string[]): Promise<Look> {
    const widened = await this.#widen();
    const found = await this.#scanner.rescan(paths);
    const further = await this.#widen();
    const changed = [...found.changes, ...further].filter(({ path }) => path !== '');
    const seen = new Set(changed.map(({ path }) => path));
    const named = new Set(paths.flatMap((path) => [path, ...this.tree.below(path)]));
    const doubtful = [...named].filter((path) => path !== '' && !seen.has(path) && !this.#named.has(path));
    for (const path of [...named, ...seen]) this.#named.add(path);
    return {
      changed: [...widened.filter(({ path }) => !seen.has(path) && named.has(path)), ...changed],
      doubtful: doubtful.map((path) => {
        const entry = this.tree.get(path);
        return { path, before: entry ?? UNKNOWN, after: entry };
      }),
      unreadable: found.unreadable,
      ignoreChanged:
        paths.some((path) => IGNORE_FILES.includes(path)) && (await readIgnore(this.root)) !== this.#ignoreText,
    };
  }

  /** Paths as a caller writes them, relative to the context; those outside of it are left out. */
  relative(paths: readonly string[]): string[] {
    return paths.flatMap((given) => {
      const inside = isAbsolute(given) ? relative(this.root, given) : given;
      const clean = posix.normalize(inside.split(sep).join('/')).replace(/\/$/, '');
      if (clean === '..' || clean.startsWith('../') || clean.startsWith('/')) return [];
      return [clean === '.' ? '' : clean];
    });
  }

  /** Links in the context, and other steps, can lead to more than was read so far. */
  async #widen(): Promise<TreeChange[]> {
    const found: TreeChange[] = [];
    for (;;) {
      const more = watchRoots(this.tree, this.#steps).filter((root) => !this.#roots.some((at) => isWithin(at, root)));
      if (more.length === 0) return found;
      this.#roots = [...this.#roots, ...more];
      const { changes } = await this.#scanner.rescan(['']);
      found.push(...changes);
    }
  }
}

async function readIgnore(root: string): Promise<string | undefined> {
  for (const name of IGNORE_FILES) {
    const text = await readFile(join(root, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}
