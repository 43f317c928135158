import { posix } from 'node:path';
import type { Container } from '../../docker/engine.js';
import { packEntries, type TarEntry } from '../../docker/tar.js';
import type { CopyStep } from '../../dockerfile/model.js';
import type { Placement } from '../../plan/copy-map.js';
import type { Operation } from '../../plan/plan.js';
import { type OperationContext, report } from './context.js';
import { type Owner, resolveOwner } from './owner.js';
import { uncover } from './uncover.js';
import { writeEntries } from './write-entries.js';

type FilesOperation = Extract<Operation, { kind: 'files' }>;

/** Removes what no step places any more, then writes what changed, in one archive. */
export async function runFiles(
  context: OperationContext,
  { uncover: gone, writes, below }: FilesOperation,
): Promise<void> {
  const container = await context.target.container();
  await uncover(context, below, gone);
  const placed = await withoutPresentRoots(container, writes);
  if (placed.length === 0) return;
  const owners = await ownersOf(container, placed);
  const ownerOf = ({ step }: Placement) => owners.get(step);
  let bytes = 0;
  const onEntry = (size: number) => {
    bytes += size;
  };
  const parents = await missingParents(container, placed, ownerOf);
  const entries = writeEntries({ contextRoot: context.contextRoot, writes: placed, ownerOf, onEntry });
  await container.putArchive('/', packEntries(concat(parents, entries)));
  report(context, { type: 'filesCopied', containerId: container.id, count: placed.length, bytes });
}

async function* concat(first: readonly TarEntry[], rest: AsyncIterable<TarEntry>): AsyncGenerator<TarEntry> {
  yield* first;
  yield* rest;
}

/** A destination directory that exists keeps its mode and owner: it must not appear in the archive. */
async function withoutPresentRoots(container: Container, writes: readonly Placement[]): Promise<Placement[]> {
  const kept: Placement[] = [];
  for (const write of writes) {
    const present = write.content.kind === 'root' ? await container.stat(write.destination) : undefined;
    const directory = present?.kind === 'directory' || (present?.kind === 'link' && present.linkTarget !== '');
    if (!directory) kept.push(write);
  }
  return kept;
}

async function ownersOf(container: Container, writes: readonly Placement[]): Promise<Map<CopyStep, Owner | undefined>> {
  const steps = [...new Set(writes.map(({ step }) => step))];
  return new Map(
    await Promise.all(steps.map(async (step) => [step, await resolveOwner(container, step.chown)] as const)),
  );
}

/** Parents that an archive would make without being told are root's; with `--chown` a build gives them to that owner. */
async function missingParents(
  container: Container,
  writes: readonly Placement[],
  ownerOf: (placement: Placement) => Owner | undefined,
): Promise<TarEntry[]> {
  const entries = new Map<string, TarEntry>();
  const given = new Set(writes.map(({ destination }) => destination));
  const present = new Set<string>(['/']);
  for (const write of writes) {
    const owner = ownerOf(write);
    if (!owner) continue;
    for (const parent of parentsOf(write.destination)) {
      if (present.has(parent) || entries.has(parent) || given.has(parent)) continue;
      if (await container.stat(parent)) present.add(parent);
      else entries.set(parent, { kind: 'directory', path: parent.slice(1), mode: 0o755, ...owner });
    }
  }
  return [...entries.values()].sort((a, b) => a.path.length - b.path.length);
}

function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let at = posix.dirname(path); at !== '/'; at = posix.dirname(at)) parents.unshift(at);
  return parents;
}
