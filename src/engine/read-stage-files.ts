import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type { Container } from '../docker/engine.js';
import { readTar, type TarEntry, type TarHeader } from '../docker/tar.js';
import type { CopyStep } from '../dockerfile/model.js';
import type { Destination } from '../plan/copy-map.js';
import { componentPattern, isGlob } from '../plan/glob.js';
import { chmodMode, type Owner } from './operations/owner.js';

/** One path that a `COPY --from` step puts into a container, ready for an archive. */
export interface StageFile {
  /** Absolute path in the container that is written. */
  readonly destination: string;
  /** The destination directory itself: made when it is missing, never changed. */
  readonly root: boolean;
  readonly entry: TarEntry;
  /** Digest of kind, mode, owner and content. */
  readonly digest: string;
}

export interface StageSource {
  readonly container: Container;
  readonly step: CopyStep;
  readonly destination: Destination;
  readonly owner: Owner | undefined;
}

/** Reads what a `COPY --from` step copies out of the source's container, and hands it over one path at a time. */
export async function readStageFiles(source: StageSource, onFile: (file: StageFile) => Promise<void>): Promise<void> {
  for (const written of source.step.sources) {
    for (const path of await expandSource(source.container, posix.join('/', written))) {
      await readRoot(source, path, onFile);
    }
  }
}

/** Names below a directory of a container that match the pattern, one component at a time. */
async function expandSource(container: Container, source: string): Promise<string[]> {
  const parts = source.split('/').filter((part) => part !== '');
  const first = parts.findIndex(isGlob);
  if (first < 0) return [source];
  const front = posix.join('/', ...parts.slice(0, first));
  const patterns = parts.slice(first).map((part) => componentPattern(part) ?? /(?!)/);
  const archive = await container.getArchive(await followed(container, front));
  if (!archive) return [];
  const found: string[] = [];
  await readTar(archive, async ({ path }, body) => {
    body.resume();
    const names = path
      .split('/')
      .slice(front === '/' ? 0 : 1)
      .filter((name) => name !== '' && name !== '.');
    if (names.length === patterns.length && names.every((name, i) => patterns[i]?.test(name))) {
      found.push(posix.join(front, ...names));
    }
  });
  return found.sort();
}

/** What a path leads to when its last name is a link. */
async function followed(container: Container, path: string): Promise<string> {
  const stat = await container.stat(path);
  return stat?.kind === 'link' && stat.linkTarget ? stat.linkTarget : path;
}

async function readRoot(source: StageSource, path: string, onFile: (file: StageFile) => Promise<void>): Promise<void> {
  const { container, destination } = source;
  const real = await followed(container, path);
  const archive = await container.getArchive(real);
  if (!archive) return;
  const top = posix.basename(real);
  const single = destination.directory ? posix.join(destination.path, posix.basename(path)) : destination.path;
  let directory = false;
  const linked: string[] = [];
  await readTar(archive, async (header, body) => {
    const rest = real === '/' ? header.path : header.path.slice(top.length).replace(/^\//, '');
    const root = rest === '' || rest === '.';
    if (root) directory = header.kind === 'directory';
    const at = root ? (directory ? destination.path : single) : posix.join(destination.path, rest);
    if (header.kind === 'hardlink') {
      linked.push(posix.join(real, rest));
      body.resume();
      return;
    }
    await handOver(source, { header, body, at, root: root && directory }, onFile);
  });
  // another name of a file seen before: an archive of its own has its content
  for (const name of linked) {
    const again = await container.getArchive(name);
    const at = posix.join(destination.path, name.slice(real.length));
    if (again) await readTar(again, (header, body) => handOver(source, { header, body, at, root: false }, onFile));
  }
}

interface Member {
  readonly header: TarHeader;
  readonly body: Readable;
  readonly at: string;
  readonly root: boolean;
}

async function handOver(
  { step, owner }: StageSource,
  { header, body, at, root }: Member,
  onFile: (file: StageFile) => Promise<void>,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  const content = Buffer.concat(chunks);
  const { uid, gid } = owner ?? header;
  const common = { path: at.slice(1), uid, gid, mtime: header.mtime };
  const mode = chmodMode(step.chmod) ?? header.mode;
  const entry = entryOf(header, { ...common, mode }, content);
  if (!entry) return;
  const shown = { ...entry, path: '', mtime: undefined, content: undefined };
  const digest = createHash('sha256').update(JSON.stringify(shown)).update(content).digest('base64');
  const rooted = root ? { ...entry, mode: 0o755, ...(owner ?? { uid: 0, gid: 0 }) } : entry;
  await onFile({ destination: at, root, entry: rooted, digest });
}

function entryOf(
  header: TarHeader,
  common: { path: string; uid: number; gid: number; mtime: Date; mode: number },
  content: Buffer,
): TarEntry | undefined {
  switch (header.kind) {
    case 'file':
      return { kind: 'file', ...common, content };
    case 'directory':
      return { kind: 'directory', ...common };
    case 'link':
      return { kind: 'link', ...common, mode: 0o777, target: header.linkTarget };
    default:
      return undefined;
  }
}
