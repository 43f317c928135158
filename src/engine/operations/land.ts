import { posix } from 'node:path';
import type { Container } from '../../docker/engine.js';
import { contentSize, type TarEntry } from '../../docker/tar-entry.js';
import { LivepushError } from '../../errors.js';
import { isIncidental, type Landing } from '../../plan/landing.js';
import { topmost } from '../../plan/topmost.js';
import type { Members } from '../build-container/read-files.js';
import { type OperationContext, report } from './context.js';
import { refuseLinks } from './refuse-links.js';
import { transfer } from './transfer.js';

/** What a container gets, and where it comes from. */
export interface Landed {
  readonly landing: Landing;
  readonly members: Members;
  /** Paths that only the engine can copy: devices, pipes, files with capabilities. */
  readonly whole: ReadonlySet<string>;
  readonly from: Container;
  /** What the image or a push has put below a directory, the innermost first. */
  readonly knownBelow: (directory: string) => Promise<readonly string[]>;
}

/** Brings what steps have changed in a build container into a container of the service: removals, then one archive. */
export async function land(context: OperationContext, landed: Landed): Promise<void> {
  const { landing } = landed;
  await takeAway(context, landed);
  const { target } = context;
  const container = await target.container();
  const wanted = new Set(landing.writes.filter((path) => !landed.whole.has(path)).map((path) => path.slice(1)));
  let bytes = 0;
  const entries = async function* (): AsyncGenerator<TarEntry> {
    bytes = 0;
    for await (const entry of landed.members()) {
      if (!wanted.has(entry.path)) continue;
      bytes += contentSize(entry);
      yield entry;
    }
  };
  if (wanted.size > 0) await transfer(target, { count: wanted.size, entries });
  for (const path of landing.writes.filter((each) => landed.whole.has(each))) {
    const archive = await landed.from.getArchive(path);
    if (archive) await container.putArchive(posix.dirname(path), archive);
  }
  const count = landing.writes.length;
  if (count > 0)
    void report(context, { type: 'filesCopied', containerId: container.id, count, bytes, ...noteOf(landing.writes) });
}

const noteOf = (paths: readonly string[]) => (paths.every(isIncidental) ? { incidental: true as const } : {});

async function takeAway(context: OperationContext, { landing, knownBelow }: Landed): Promise<void> {
  const { target } = context;
  const removals = topmost(landing.removals);
  const inVolumes = topmost(landing.removalsInVolumes);
  if (removals.length + inVolumes.length === 0) return;
  const { id, running } = { ...(await target.info()), id: (await target.container()).id };
  if (!running)
    throw new LivepushError('container-refused', 'The container has stopped, and a file has to be removed.');
  const known = (await Promise.all(inVolumes.map(knownBelow))).map((below, at) =>
    below.length > 0 ? below : inVolumes.slice(at, at + 1),
  );
  await refuseLinks(target, { picked: known.flat() });
  await target.shell.remove(removals);
  for (const paths of known) await target.shell.takeAway(paths);
  const gone = [...removals, ...inVolumes];
  void report(context, { type: 'filesDeleted', containerId: id, count: gone.length, bytes: 0, ...noteOf(gone) });
}
