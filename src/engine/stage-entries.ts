import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { TarEntry } from '../docker/tar-entry.js';
import { modeAfter } from '../dockerfile/mode-change.js';
import type { Manifest } from './manifest.js';
import { type Owner, ROOT } from './operations/owner.js';
import { type StageFile, type StageSource, stageFiles } from './stage-files.js';

/** What a `COPY --from` step copies, looked through once. */
export interface StageListing {
  readonly manifest: Manifest;
  /** By directory of the source that is not copied whole (see `StageFile`), some of what is copied of it. */
  readonly incomplete: ReadonlyMap<string, readonly string[]>;
  /** Destination directories: never changed where they exist. */
  readonly roots: ReadonlySet<string>;
  /** Contents by destination, or undefined when they were too large to keep: then the source is read again. */
  readonly contents: ReadonlyMap<string, Buffer> | undefined;
  /** The entries of an archive, without contents. */
  readonly files: readonly Omit<StageFile, 'body'>[];
}

/** Bytes of content that are kept while a source is looked through. */
const BUDGET = 16 * 1024 * 1024;

export interface StageCopy extends StageSource {
  readonly fromStage: number;
  /** What `--chown` comes to; without it the source's owners are kept. */
  readonly owner: Owner | undefined;
}

/** Looks through all that a step copies: digests of everything, contents as long as they are small. */
export async function listStage(copy: StageCopy): Promise<StageListing> {
  const manifest = new Map<string, string>();
  const roots = new Set<string>();
  const incomplete = new Map<string, string[]>();
  const files: Omit<StageFile, 'body'>[] = [];
  let contents: Map<string, Buffer> | undefined = new Map();
  let kept = 0;
  for await (const { body, ...file } of stageFiles(copy)) {
    const hash = createHash('sha256').update(JSON.stringify(shown(copy, file)));
    const chunks: Buffer[] = [];
    for await (const chunk of body) {
      hash.update(chunk as Buffer);
      kept += (chunk as Buffer).length;
      if (kept > BUDGET) contents = undefined;
      if (contents) chunks.push(chunk as Buffer);
    }
    manifest.set(file.destination, hash.digest('base64'));
    if (file.root) roots.add(file.destination);
    else if (file.incomplete !== undefined) noteSome(incomplete, file.incomplete, file.destination);
    files.push(file);
    contents?.set(file.destination, Buffer.concat(chunks));
  }
  return { manifest, incomplete, roots, contents, files };
}

/** Paths of a directory that tell whether it was copied before. */
const SOME = 20;

function noteSome(incomplete: Map<string, string[]>, source: string, destination: string): void {
  const known = incomplete.get(source) ?? [];
  if (known.length < SOME) known.push(destination);
  incomplete.set(source, known);
}

/** The digest of one path in a manifest. */
export const digestOf = (copy: StageCopy, file: Omit<StageFile, 'body'>, content: Buffer): string =>
  createHash('sha256')
    .update(JSON.stringify(shown(copy, file)))
    .update(content)
    .digest('base64');

function shown({ step, owner }: StageCopy, { header, root }: Omit<StageFile, 'body'>): unknown {
  if (root) return 'root';
  const { uid, gid } = owner ?? header;
  const more = header.capabilities === '' ? [] : [header.capabilities];
  return [header.kind, modeAfter(step.chmod, header), uid, gid, header.linkTarget, ...more];
}

/** The chosen destinations as entries of an archive; contents come from the listing, or are read again as they go by. */
export async function* stageEntries(
  copy: StageCopy,
  { files, contents }: StageListing,
  wanted: ReadonlySet<string>,
): AsyncGenerator<TarEntry> {
  if (contents) {
    for (const file of files) {
      const content = contents.get(file.destination) ?? Buffer.alloc(0);
      if (wanted.has(file.destination)) yield* entryOf(copy, file, { content });
    }
    return;
  }
  for await (const { body, ...file } of stageFiles(copy)) {
    const { size } = file.header;
    if (wanted.has(file.destination)) yield* entryOf(copy, file, { size, open: () => body });
  }
}

type Content = { readonly content: Buffer } | { readonly size: number; readonly open: () => Readable };

function* entryOf(
  { step, owner }: StageCopy,
  { destination, root, header }: Omit<StageFile, 'body'>,
  content: Content,
): Iterable<TarEntry> {
  const { mtime } = header;
  const path = destination.slice(1);
  const common = { path, mode: modeAfter(step.chmod, header), ...ownerOf(owner, header), mtime };
  if (root) yield { kind: 'directory', path, mode: step.parentMode, ...(owner ?? ROOT), mtime };
  else if (header.kind === 'file') yield { kind: 'file', ...common, ...content };
  else if (header.kind === 'directory') yield { kind: 'directory', ...common };
  else if (header.kind === 'link') yield { kind: 'link', ...common, mode: 0o777, target: header.linkTarget };
}

const ownerOf = (owner: Owner | undefined, { uid, gid }: Owner): Owner => owner ?? { uid, gid };
