import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type { Container } from '../docker/engine.js';
import { type TarHeader, tarMembers } from '../docker/tar.js';
import type { CopyStep } from '../dockerfile/model.js';
import type { Destination } from '../plan/copy-map.js';
import { readExcludes } from '../plan/exclude.js';
import { holdsOthers, isCopied } from './build-container/own-paths.js';
import { expandStageSource, followedPath } from './stage-sources.js';

/** Where a `COPY --from` step takes its files from, and where it puts them. */
export interface StageSource {
  /** The container of the earlier stage. */
  readonly container: Container;
  readonly step: CopyStep;
  readonly destination: Destination;
}

/** One path that a `COPY --from` step copies. */
export interface StageFile {
  /** Absolute path in the container that is written. */
  readonly destination: string;
  /** The destination directory itself: made when it is missing, never changed. */
  readonly root: boolean;
  /** The directory that is copied, where some of what a container shows in it is not of the image: that is left out. */
  readonly incomplete: string | undefined;
  readonly header: TarHeader;
  readonly body: Readable;
}

/** Reads what a `COPY --from` step copies out of the source's container, one path at a time. */
export async function* stageFiles(source: StageSource): AsyncGenerator<StageFile> {
  for (const written of source.step.sources) {
    for (const path of await expandStageSource(source.container, posix.join('/', written))) {
      yield* filesOfRoot(source, path);
    }
  }
}

async function* filesOfRoot({ container, step, destination }: StageSource, path: string): AsyncGenerator<StageFile> {
  const real = await followedPath(container, path);
  const archive = await container.getArchive(real);
  if (!archive) return;
  const top = posix.basename(real);
  const single = destination.directory ? posix.join(destination.path, posix.basename(path)) : destination.path;
  const excludes = readExcludes(step.exclude);
  const others: { from: string; to: string }[] = [];
  const incomplete = holdsOthers(real) ? real : undefined;
  for await (const { header, body } of tarMembers(archive)) {
    const rest = header.path.slice(top.length).replace(/^\//, '');
    const isRoot = rest === '' || rest === '.';
    const root = isRoot && header.kind === 'directory';
    const at = isRoot && !root ? single : posix.join(destination.path, rest);
    if (!isRoot && (excludes(rest) || !isCopied(posix.join(real, rest)))) continue;
    if (header.kind === 'hardlink') others.push({ from: posix.join(real, rest), to: at });
    else yield { destination: at, root, incomplete, header, body };
  }
  // another name of a file seen before: an archive of its own has its content
  for (const { from, to } of others) {
    const again = await container.getArchive(from);
    if (!again) continue;
    for await (const { header, body } of tarMembers(again))
      yield { destination: to, root: false, incomplete, header, body };
  }
}
