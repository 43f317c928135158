import type { Container } from '../docker/engine.js';
import { modeAfter } from '../dockerfile/mode-change.js';
import type { CopyStep, Stage } from '../dockerfile/model.js';
import type { ContextTree } from '../plan/context-tree.js';
import { type Expectation, type ExpectedPath, expectedPaths } from '../plan/expected-paths.js';
import { copiesFromContext } from '../plan/segments.js';
import type { TreeChange } from '../watch/scan-context.js';
import type { WantedPath } from './compare-paths.js';
import { type DriftOptions, entryAt, ImageLayers, type Look, outdated } from './drift-look.js';
import { gonePaths } from './gone-paths.js';
import { LowerLayers } from './lower-layers.js';
import { observeDestination } from './observe-destination.js';
import { type Owner, ROOT, resolveOwner } from './operations/owner.js';
import { ContainerShell } from './shell/container-shell.js';
import { staleCopy } from './stale-copy.js';

/** What a container lacks. */
export interface Drift {
  /** What was edited, as changes of the context. */
  readonly changes: readonly TreeChange[];
  /** The first step of the final stage that copies something else from an earlier stage by now. */
  readonly staleCopy: number | undefined;
}

/**
 * What was edited since the image of a container was built. A file counts when the container
 * does not have it as it would be copied now, unless the image has: then the service itself has changed it. A path that is
 * gone counts when the image has it, the layers below the COPY step do not, and no later step makes it.
 */
export async function findDrift(options: DriftOptions, containerId: string): Promise<Drift> {
  const { engine, images, stage, tree } = options;
  const container = engine.container(containerId);
  const { running, imageId } = await container.inspect();
  const shell = running ? new ContainerShell(async () => container) : undefined;
  const image = new ImageLayers(engine, imageId, images);
  const lower = new LowerLayers(engine, images);
  try {
    const expected = await expectationOf(container, stage, tree);
    const look: Look = { options, container, imageId, shell, image, lower };
    const changed = await changedPaths(look, expected);
    const gone = shell ? await gonePaths({ ...look, shell }, expected) : [];
    return { changes: [...changed, ...gone], staleCopy: await staleCopy(look) };
  } finally {
    shell?.close();
    await Promise.all([image.dispose(), lower.dispose()]);
  }
}

async function expectationOf(container: Container, stage: Stage, tree: ContextTree): Promise<Expectation> {
  const destinations = new Map(
    await Promise.all(
      stage.steps
        .filter(copiesFromContext)
        // the container was built: what stands at a destination now is what the step has found or made there
        .map(async (step) => [step, await observeDestination(container, async () => 'unknown', step)] as const),
    ),
  );
  return expectedPaths(tree, stage, (step) => destinations.get(step) ?? { path: step.destination, directory: true });
}

async function changedPaths(look: Look, { paths }: Expectation): Promise<TreeChange[]> {
  const { container } = look;
  const owners = await ownersOf(container, paths);
  const wanted = new Map(paths.map((path) => [wantedOf(path, owners.get(path.step)), path]));
  return Promise.all(
    (await outdated(look, wanted)).map(async ({ source, destination, entry }) => {
      return { path: source, before: entryAt(await container.stat(destination)), after: entry };
    }),
  );
}

async function ownersOf(container: Container, paths: readonly ExpectedPath[]) {
  const steps = [...new Set(paths.map(({ step }) => step))];
  const found = await Promise.all(
    steps.map(async (step) => [step, (await resolveOwner(container, step.chown)) ?? ROOT] as const),
  );
  return new Map<CopyStep, Owner>(found);
}

function wantedOf({ destination, entry, step, followedBy }: ExpectedPath, owner: Owner = ROOT): WantedPath {
  const mode = entry.kind === 'link' ? 0o777 : modeAfter(step.chmod, entry);
  const attributes = followedBy ? undefined : { ...owner, mode };
  switch (entry.kind) {
    case 'file':
      return { destination, kind: 'file', size: entry.size, content: entry.digest, attributes };
    case 'directory':
      return { destination, kind: 'directory', size: 0, content: '', attributes };
    case 'link':
      return { destination, kind: 'link', size: Buffer.byteLength(entry.target), content: entry.target, attributes };
  }
}
