import type { Step } from '../dockerfile/model.js';
import { LivepushError } from '../errors.js';
import { isIncidental, type Landing, landingOf } from '../plan/landing.js';
import type { Operation, StagePlan } from '../plan/plan.js';
import { type UnsureOwner, unsureOwner } from '../plan/unsure-owner.js';
import type { Account } from './build-container/account.js';
import type { Builder } from './build-container/builder.js';
import type { FoundPath } from './build-container/found-paths.js';
import { isOfImage } from './build-container/own-paths.js';
import { type Members, readFiles } from './build-container/read-files.js';
import { type ExecuteOptions, makeReady, restartIfAsked, type TargetFailure } from './execute-plan.js';
import { isDone } from './is-done.js';
import type { OperationContext } from './operations/context.js';
import { land } from './operations/land.js';
import { refuseLinks } from './operations/refuse-links.js';
import type { PlannedLanding } from './planner.js';
import type { Target } from './target.js';

interface LandOptions extends ExecuteOptions {
  readonly service: string;
}

/** Where changes land, and what was done in the build container to make them. */
interface Built {
  readonly landings: readonly PlannedLanding[];
  readonly built: StagePlan | undefined;
}

/**
 * Brings what the steps have changed in the build container into the containers of the service, all at once in each, and
 * restarts their main processes where something landed. Nothing is touched before it is known what lands; from then on it
 * is carried out whatever comes. Gives the failures: what has not landed is owed. Throws `container-refused` where only a
 * build can tell what it should be.
 */
export async function landChanges(
  builder: Builder,
  { landings, built }: Built,
  options: LandOptions,
): Promise<TargetFailure[]> {
  const { phases, signal } = options;
  const account = await phases.during('copy', () => builder.account());
  signal.throwIfAborted();
  const unsure = built && unsureOwner(built, account.reowned);
  if (unsure) throw ownedByOthers(unsure);
  const wanted = takeNote(builder, landings, account);
  const found = await stateOf(builder, account, wanted);
  const from = await builder.target.container();
  const files = [...found.values()].filter((seen) => seen !== undefined);
  const whole = onlyWhole(builder, files);
  const members = await readFiles(
    from,
    files.filter(({ path }) => !whole.has(path)),
    landings.length,
  );
  const ends = landings.map((each) => landIn(each, { builder, found, members, whole, options }));
  return (await Promise.all(ends)).flatMap((failure) => failure ?? []);
}

const ownedByOthers = ({ run, path }: UnsureOwner): LivepushError =>
  new LivepushError(
    'container-refused',
    `the RUN in line ${run.line} gave ${path} another owner or mode, and a later step may have made it`,
  );

/** What each container lacks is owed to it from now on, and the build container has nothing left to tell. */
function takeNote(builder: Builder, landings: readonly PlannedLanding[], { touched, differing }: Account): Set<string> {
  const { ledger, target: built } = builder;
  const all = new Set<string>();
  for (const [path, known] of differing) ledger.note(path, known);
  for (const { target, asked } of landings) {
    // what a push before has not finished here may have left anything at what is touched now
    const isUnsure = target.isOlder || target.progress.dirty !== undefined;
    for (const path of isUnsure ? touched.keys() : differing.keys()) target.owed.add(path);
    const asks = isUnsure ? (asked?.operations ?? []) : [];
    for (const operation of asks) for (const path of pathsOf(operation, built, target)) target.owed.add(path);
    if (target.behind) for (const path of ledger.paths) target.owed.add(path);
    for (const path of [...target.owed]) {
      if (isOfImage(path)) all.add(path);
      else target.owed.delete(path);
    }
  }
  ledger.confirm();
  built.end();
  return all;
}

/** Paths that an operation is about, as far as can be told. */
function pathsOf(operation: Operation, ...targets: readonly Target[]): Iterable<string> {
  switch (operation.kind) {
    case 'files':
      return [...operation.uncover, ...operation.writes.map(({ destination }) => destination)];
    case 'unpack':
      return operation.members;
    case 'copy-stage':
      return targets.flatMap((target) => [...(target.copiedBy(operation.step.index)?.keys() ?? [])]);
    case 'run':
      return [];
  }
}

async function stateOf(builder: Builder, { touched }: Account, wanted: ReadonlySet<string>) {
  const found = new Map<string, FoundPath | undefined>();
  const unseen: string[] = [];
  for (const path of wanted) {
    if (touched.has(path)) found.set(path, touched.get(path));
    else unseen.push(path);
  }
  for (const [path, seen] of await builder.lookAt(unseen)) found.set(path, seen);
  const untold = [...found.values()].flatMap((seen) =>
    seen?.kind === 'link' && seen.target === undefined ? [seen.path] : [],
  );
  for (const [path, seen] of await builder.lookAt(untold)) found.set(path, seen);
  return found;
}

/** Devices and pipes, and files with capabilities, which no archive of ours can hold. */
function onlyWhole({ ledger }: Builder, files: readonly FoundPath[]): Set<string> {
  const isWhole = ({ path, kind }: FoundPath): boolean => {
    const known = ledger.at(path);
    return kind === 'other' || (known.kind === 'there' && known.signature.capabilities !== '');
  };
  return new Set(files.filter(isWhole).map(({ path }) => path));
}

interface Sources {
  readonly builder: Builder;
  readonly found: ReadonlyMap<string, FoundPath | undefined>;
  readonly members: Members;
  readonly whole: ReadonlySet<string>;
  readonly options: LandOptions;
}

async function landIn({ target, asked }: PlannedLanding, sources: Sources): Promise<TargetFailure | undefined> {
  const { builder, found, members, whole, options } = sources;
  const context: OperationContext = { ...options, target };
  const restart = asked?.restart ?? target.progress.dirty?.restart;
  try {
    const mounts = await target.mounts();
    const owed = new Map([...target.owed].map((path) => [path, found.get(path)]));
    const landing = landingOf(owed, mounts);
    await makeReady(target, options);
    const info = await target.info();
    // a job that is done is not started for the sake of a removal: it gets all of it when somebody starts it
    if (isDone(info) && landing.removals.length + landing.removalsInVolumes.length > 0) return undefined;
    const { writes, removals, removalsInVolumes } = landing;
    await refuseLinks(target, { removed: [...removals, ...removalsInVolumes], written: writes });
    target.isHalfway = true;
    const landed = { landing, members, whole, from: await builder.target.container() };
    const work = () => land(context, { ...landed, knownBelow: (directory) => builder.knownBelow(directory) });
    await options.phases.during('copy', () => options.unbroken?.during(work) ?? work());
    target.isHalfway = false;
    mirror(builder.target, target);
    await restartAfter({ landing, restart, isOwed: target.progress.dirty?.restart !== undefined }, context, options);
    return undefined;
  } catch (error) {
    return { target, error };
  }
}

/** From now on the container holds what the build container does. */
function mirror(built: Target, target: Target): void {
  for (const [step, manifest] of built.manifests) target.manifests.set(step, manifest);
  for (const [step, version] of built.copiedVersions) target.copiedVersions.set(step, version);
  for (const step of built.replayed) target.replayed.add(step);
  target.owed.clear();
  target.behind = false;
  target.isOlder = false;
}

interface Landed {
  readonly landing: Landing;
  readonly restart: Step | undefined;
  /** A push before this one had still to restart. */
  readonly isOwed: boolean;
}

async function restartAfter({ landing, restart, isOwed }: Landed, context: OperationContext, options: LandOptions) {
  const { target } = context;
  const { writes, removals, removalsInVolumes } = landing;
  const matters = [...writes, ...removals, ...removalsInVolumes].some((path) => !isIncidental(path));
  const wanted = matters || isOwed ? restart : undefined;
  target.progress.finish();
  try {
    await options.phases.during('restart', () => restartIfAsked({ restart: wanted, isOld: true }, context, options));
  } catch (error) {
    target.progress.oweRestart(wanted, target.stage.steps.length);
    throw error;
  }
}
