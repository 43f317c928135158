import type { Container, Engine } from '../docker/engine.js';
import type { Stage, Step } from '../dockerfile/model.js';
import type { ContextEntry, ContextTree } from '../plan/context-tree.js';
import type { ExpectedPath } from '../plan/expected-paths.js';
import { differingPaths, type LookedAt, type WantedPath } from './compare-paths.js';
import { LowerLayers } from './lower-layers.js';
import { lowerKey, type SessionImages } from './session-images.js';
import type { ContainerShell } from './shell/container-shell.js';

export interface DriftOptions {
  readonly engine: Engine;
  readonly images: SessionImages;
  /** The final stage. */
  readonly stage: Stage;
  readonly tree: ContextTree;
  /** True for a path of the context that no build sees. */
  readonly ignores: (path: string) => boolean;
}

/** What drift is looked for with. */
export interface Look {
  readonly options: DriftOptions;
  readonly container: Container;
  /** Id of the container's image. */
  readonly imageId: string;
  readonly shell: ContainerShell | undefined;
  readonly image: ImageLayers;
  readonly lower: LowerLayers;
}

/** The file system of an image, looked at through a container that is never started. */
export class ImageLayers implements LookedAt {
  readonly shell = undefined;
  readonly #layers: LowerLayers;

  constructor(engine: Engine, imageId: string, { labels }: SessionImages) {
    const lower = new Map([[lowerKey(0, 0), imageId]]);
    this.#layers = new LowerLayers(engine, { stages: new Map(), lower, labels });
  }

  readonly stat = async (path: string) => {
    const found = await this.#layers.stat(0, 0, path);
    return found === 'unknown' ? undefined : found;
  };

  readonly archive = (path: string) => this.#layers.archive(0, 0, path);

  dispose(): Promise<void> {
    return this.#layers.dispose();
  }
}

/** Of the paths that are wanted those that neither the container nor its image has. */
export async function outdated<Item extends Followed>(
  look: Look,
  wanted: ReadonlyMap<WantedPath, Item>,
): Promise<readonly Item[]> {
  const { container, shell, image } = look;
  const stat = (path: string) => container.stat(path);
  const place = { stat, archive: (path: string) => container.getArchive(path), shell };
  const different = await differingPaths(place, [...wanted.keys()]);
  const inImage = different.length === 0 ? [] : await differingPaths(image, different);
  return withoutUnchanged(
    look,
    inImage.flatMap((path) => wanted.get(path) ?? []),
  );
}

export type Followed = Pick<ExpectedPath, 'followedBy'>;

/** Files that a later step changes differ always: where nothing in front of that step was edited, they do not count. */
async function withoutUnchanged<Item extends Followed>(look: Look, paths: readonly Item[]): Promise<Item[]> {
  const unchanged = new Set<unknown>();
  for (const step of new Set(paths.flatMap(({ followedBy }) => followedBy ?? [])))
    if (await isUnchangedBefore(look, step)) unchanged.add(step);
  return paths.filter(({ followedBy }) => !unchanged.has(followedBy));
}

/** True when the image has the layers up to a step that a build of the context as it is would have. */
export async function isUnchangedBefore({ options, imageId }: Look, step: Step): Promise<boolean> {
  const { engine, images, stage } = options;
  const ref = images.lower.get(lowerKey(stage.index, step.index));
  if (ref === undefined) return false;
  await images.late?.make();
  const [built, now] = await Promise.all([engine.inspectImage(imageId), engine.inspectImage(ref)]);
  return now?.layers.every((layer, i) => layer === built?.layers[i]) ?? false;
}

/** What stood at a path, as far as planning needs it. */
export function entryAt(stat: Awaited<ReturnType<Container['stat']>>): ContextEntry | undefined {
  switch (stat?.kind) {
    case 'file':
      return { kind: 'file', mode: stat.mode, size: stat.size, digest: '', mtimeMs: 0 };
    case 'directory':
      return { kind: 'directory', mode: stat.mode, mtimeMs: 0 };
    case 'link':
      return { kind: 'link', target: '' };
    default:
      return undefined;
  }
}
