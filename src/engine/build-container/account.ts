import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Container } from '../../docker/engine.js';
import { topmost } from '../../plan/topmost.js';
import type { BuildShell, Mark } from './build-shell.js';
import { fileCapabilities } from './file-capabilities.js';
import { type FoundPath, isExact } from './found-paths.js';
import { GONE, type Ledger, type Noted, type Signature, sameSignature } from './ledger.js';
import { lookAt } from './look-at.js';
import { isOfImage } from './own-paths.js';
import type { Pristine } from './pristine.js';

/** What a build container was like before, and is like now. */
export interface BuildState {
  readonly container: Container;
  readonly shell: BuildShell;
  /** What the image holds. */
  readonly pristine: Pristine;
  readonly ledger: Ledger;
}

/** What the steps of a push did to the file system of a build container. */
export interface Account {
  /** Every path that was touched, as it stands now; undefined where nothing does. */
  readonly touched: ReadonlyMap<string, FoundPath | undefined>;
  /** Of them those that are not as they were known to be, with what they are now. */
  readonly differing: ReadonlyMap<string, Noted>;
  /** Of these those that have another owner or mode, and nothing else. */
  readonly reowned: readonly string[];
}

/**
 * Compares what was touched since a mark with what is known of before: by kind, mode, owner, target, content and file
 * capabilities. Takes time with what was touched, not with what is there.
 */
export async function accountFor(state: BuildState, since: Mark): Promise<Account> {
  const touched = await touchedPaths(state, since);
  if (touched.size === 0) return { touched, differing: new Map(), reowned: [] };
  const [before, now] = [await signaturesBefore(state, touched), await signaturesNow(state, touched)];
  const differing = new Map<string, Noted>();
  const reowned: string[] = [];
  for (const path of touched.keys()) {
    const [was, is] = [before.get(path) ?? GONE, now.get(path) ?? GONE];
    if (sameKnown(was, is)) continue;
    differing.set(path, is);
    if (isReowned(was, is)) reowned.push(path);
  }
  return { touched, differing, reowned };
}

const isReowned = (was: Noted, is: Noted): boolean =>
  was.kind === 'there' &&
  is.kind === 'there' &&
  sameSignature(
    { ...was.signature, uid: is.signature.uid, gid: is.signature.gid, mode: is.signature.mode },
    is.signature,
  );

function sameKnown(was: Noted, is: Noted): boolean {
  if (was.kind === 'there' && is.kind === 'there') return sameSignature(was.signature, is.signature);
  return was.kind === 'gone' && is.kind === 'gone';
}

type Touched = Map<string, FoundPath | undefined>;

async function touchedPaths(state: BuildState, since: Mark): Promise<Touched> {
  const { shell, ledger } = state;
  const touched: Touched = new Map();
  const found = await shell.changes(since);
  if (found === undefined) await addListed(state, touched);
  for (const path of found ?? []) touched.set(path.path, path);
  await leaveLinks(state, touched);
  await addNamesThatCameOrWent(state, touched);
  await addBelowNewDirectories(state, touched);
  await leaveLinks(state, touched);
  const left = [...ledger.unconfirmed].filter((path) => !touched.has(path) && isOfImage(path));
  for (const [path, seen] of await lookAt(shell, left)) touched.set(path, seen);
  return touched;
}

/**
 * Where the image has a link in the place of a directory, what it shows below that is what the link leads to: nothing that
 * was ever there. A path that is taken for gone would be removed through the link.
 */
async function leaveLinks({ ledger, pristine }: BuildState, touched: Touched): Promise<void> {
  const member = (path: string): string => posix.join(path, 'member');
  const directories = [...touched.values()].flatMap((seen) => (seen?.kind === 'directory' ? [seen.path] : []));
  const asBuilt = directories.filter((path) => !ledger.isEmptied(member(path))).sort((a, b) => a.length - b.length);
  const built = await pristine.lookAt(asBuilt);
  for (const path of asBuilt)
    if (!ledger.isEmptied(member(path)) && built.get(path)?.kind !== 'directory') ledger.replace(path);
}

/** By the engine's own list of changes, which knows no mark: all that ever changed. */
async function addListed({ container, shell }: BuildState, touched: Touched): Promise<void> {
  const listed = (await container.changes()).filter(({ path }) => isOfImage(path) && isExact(path));
  for (const [path, seen] of await lookAt(
    shell,
    listed.map(({ path }) => path),
  ))
    touched.set(path, seen);
}

/** What a directory has lost shows nowhere else; what was moved into it may have kept its times. */
async function addNamesThatCameOrWent(state: BuildState, touched: Touched): Promise<void> {
  const directories = [...touched.values()].flatMap((seen) => (seen?.kind === 'directory' ? [seen.path] : []));
  if (directories.length === 0) return;
  const { shell, ledger } = state;
  const asBuilt = directories.filter((path) => !ledger.isEmptied(posix.join(path, 'member')));
  const [now, built] = await Promise.all([shell.list(directories), state.pristine.names(asBuilt)]);
  const came: string[] = [];
  for (const directory of directories) {
    const { there, gone } = ledger.membersOf(directory);
    const before = new Set(there);
    for (const name of built.get(directory) ?? []) {
      const path = posix.join(directory, name);
      if (!gone.has(path)) before.add(path);
    }
    for (const name of now.get(directory) ?? []) {
      const path = posix.join(directory, name);
      if (!before.delete(path) && !touched.has(path) && isOfImage(path)) came.push(path);
    }
    for (const path of before) if (isOfImage(path)) touched.set(path, undefined);
  }
  for (const seen of await shell.below(came)) touched.set(seen.path, seen);
}

/** A directory that was moved here as a whole: what is in it has kept its times. */
async function addBelowNewDirectories({ shell, ledger, pristine }: BuildState, touched: Touched): Promise<void> {
  const fresh: string[] = [];
  const unsure: string[] = [];
  for (const seen of touched.values()) {
    if (seen?.kind !== 'directory' || seen.path === '/') continue;
    const known = ledger.at(seen.path);
    if (known.kind === 'gone') fresh.push(seen.path);
    else if (known.kind !== 'there') unsure.push(seen.path);
    else if (known.signature.kind !== 'directory') fresh.push(seen.path);
  }
  const built = await pristine.lookAt(unsure);
  for (const path of unsure) if (built.get(path)?.kind !== 'directory') fresh.push(path);
  for (const seen of await shell.below(topmost(fresh))) if (!touched.has(seen.path)) touched.set(seen.path, seen);
}

const EMPTY = createHash('sha256').digest('base64');

async function signaturesNow({ shell, container }: BuildState, touched: Touched): Promise<Map<string, Noted>> {
  const there = [...touched.values()].filter((seen) => seen !== undefined);
  const files = there.filter(hasContent);
  const digests = await shell.hash(files.map(({ path }) => path));
  const capabilities = await fileCapabilities({ shell, container }, files);
  const untold = there.filter(({ kind, target }) => kind === 'link' && target === undefined).map(({ path }) => path);
  const targets = await shell.links(untold);
  return new Map(
    there.map((seen) => {
      const told = { digest: digests.get(seen.path), target: targets.get(seen.path) };
      return [seen.path, { kind: 'there', signature: signatureOf(seen, told, capabilities.get(seen.path)) }];
    }),
  );
}

const hasContent = ({ kind, size }: FoundPath): boolean => kind === 'file' && size > 0;

function signatureOf(
  { kind, mode, uid, gid, size, target }: FoundPath,
  told: { readonly digest: string | undefined; readonly target?: string | undefined },
  capabilities = '',
): Signature {
  const contents: Record<FoundPath['kind'], string | undefined> = {
    file: size === 0 ? EMPTY : told.digest,
    link: target ?? told.target,
    directory: '',
    other: undefined,
  };
  return { kind, mode, uid, gid, content: contents[kind], capabilities };
}

/** What was known of these paths; for those that are as in the image, what the image has. */
async function signaturesBefore({ ledger, pristine }: BuildState, touched: Touched): Promise<Map<string, Noted>> {
  const before = new Map<string, Noted>();
  const asBuilt: string[] = [];
  for (const path of touched.keys()) {
    const known = ledger.at(path);
    if (known.kind === 'as-in-image') asBuilt.push(path);
    else before.set(path, known);
  }
  const seen = [...(await pristine.lookAt(asBuilt)).values()].filter((found) => found !== undefined);
  // what is of another size or kind now differs, whatever is in it
  const alike = seen.filter((found) => {
    const now = touched.get(found.path);
    return hasContent(found) && now?.kind === 'file' && now.size === found.size;
  });
  const paths = alike.map(({ path }) => path);
  const digests = await pristine.digests(paths);
  const capabilities = await pristine.capabilities(alike);
  for (const found of seen) {
    const told = { digest: digests.get(found.path) };
    before.set(found.path, { kind: 'there', signature: signatureOf(found, told, capabilities.get(found.path)) });
  }
  return before;
}
