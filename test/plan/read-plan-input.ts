import { makeLive } from '../../src/dockerfile/live.js';
import type { BaseConfig, CopyStep, Stage } from '../../src/dockerfile/model.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';
import type { Destination } from '../../src/plan/copy-map.js';
import { stagesRead } from '../../src/plan/find-stale.js';
import type { MountedPath, PendingChange, StageInput } from '../../src/plan/plan.js';
import type { PlanInput } from '../../src/plan/plan-changes.js';
import { linesOf, readEntry, readTree } from './read-tree.js';

/** What a fixture may say besides its files; steps are named by their line in the Dockerfile. */
interface FixtureOptions {
  readonly target?: string;
  /** Names of the final stage's containers. */
  readonly replicas?: readonly string[];
  readonly stopped?: boolean;
  /** Absolute paths: bind mounts, and others. */
  readonly binds?: readonly string[];
  readonly volumes?: readonly string[];
  /** By container: the line of the step that a push stopped at; none for the restart alone. */
  readonly dirty?: Readonly<
    Record<string, { readonly line?: number; readonly full?: boolean; readonly restart?: number }>
  >;
  readonly bases?: Readonly<Record<string, BaseConfig>>;
}

type Read = (file: string) => string | undefined;

/** Makes the input of `planChanges` out of the files of a fixture. */
export function readPlanInput(read: Read): PlanInput {
  const options: FixtureOptions = JSON.parse(read('options.json') ?? '{}');
  const stages = readStages(read('Dockerfile') ?? '', options);
  const final = stages.at(-1) as Stage;
  const kept = stages.slice(0, -1).filter(({ index }) => readByOthers(stages, final).has(index));
  const pending = (stage: Stage) => readChanges(read('changes.txt') ?? '', stage);
  const common = { mounts: [], running: true };
  const mounts: MountedPath[] = [
    ...(options.binds ?? []).map((destination) => ({ destination, bind: true })),
    ...(options.volumes ?? []).map((destination) => ({ destination, bind: false })),
  ];
  const input = (target: string, stage: Stage): StageInput => ({
    ...common,
    target,
    stage,
    final: stage === final,
    dirty: dirtyOf(options, target, stage),
    pending: pending(stage),
    ...(stage === final && { mounts, running: !options.stopped }),
  });
  return {
    file: 'Dockerfile',
    tree: readTree(read('tree.txt') ?? ''),
    stages: [
      ...kept.map((stage) => input(`stage ${stage.index}`, stage)),
      ...(options.replicas ?? ['app']).map((name) => input(name, final)),
    ],
    destinationOf: destinations(read('destinations.txt') ?? ''),
  };
}

function readStages(text: string, { target, bases }: FixtureOptions): Stage[] {
  const live = makeLive(parseDockerfile(text, 'Dockerfile').dockerfile, { target });
  const { dockerfile } = parseDockerfile(live.text, 'Dockerfile');
  const { stages } = resolveStages(dockerfile, {
    buildArgs: {},
    additionalContexts: [],
    baseConfig: (ref) => bases?.[ref],
    ...(live.liveCommand && { liveCommand: live.liveCommand }),
  });
  const wanted = live.target;
  return wanted === undefined ? stages : stages.slice(0, stages.findIndex(({ name }) => name === wanted) + 1);
}

function readByOthers(stages: readonly Stage[], final: Stage): Set<number> {
  const found = new Set<number>();
  const visit = (stage: Stage): void => {
    for (const index of stagesRead(stage.steps)) {
      if (found.has(index)) continue;
      found.add(index);
      visit(stages[index] as Stage);
    }
  };
  visit(final);
  return found;
}

const stepAt = (stage: Stage, line: number) => {
  const step = stage.steps.findLast((each) => each.line === line);
  if (!step) throw new Error(`no step of stage ${stage.index} in line ${line}`);
  return step;
};

function dirtyOf({ dirty }: FixtureOptions, target: string, stage: Stage): StageInput['dirty'] {
  const stopped = dirty?.[target];
  if (!stopped) return undefined;
  const restart = stopped.restart === undefined ? undefined : stepAt(stage, stopped.restart);
  const from = stopped.line === undefined ? stage.steps.length : stepAt(stage, stopped.line).index;
  return { from, full: stopped.full ?? false, restart };
}

/** `PATH`, then `: KIND …` for what stood there before (several with `; `), then ` @LINE` for the first step that has not seen it. */
function readChanges(text: string, stage: Stage): Map<string, PendingChange> {
  const changes = linesOf(text).map((line): [string, PendingChange] => {
    const [, path = '', before, since] = /^(.*?)(?:: (.*?))?(?: @(\d+))?$/.exec(line) ?? [];
    const was = before === undefined ? [] : before.split('; ').map(readEntry);
    return [path, { since: since === undefined ? 0 : stepAt(stage, Number(since)).index, was }];
  });
  return new Map(changes);
}

/** Directories in the layers below, one a line; `PATH -> TARGET` for a link to one. */
function destinations(text: string): (stage: number, step: CopyStep) => Destination {
  const known = new Map(
    linesOf(text)
      .map((line) => line.split(' -> '))
      .map(([path, target]) => [path, target ?? path]),
  );
  return (_stage, { destination, intoDirectory }) => {
    const target = known.get(destination);
    if (intoDirectory || target === undefined) return { path: destination, directory: intoDirectory };
    return { path: target, directory: true };
  };
}
