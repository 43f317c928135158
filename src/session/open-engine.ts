import { realpath } from 'node:fs/promises';
import type { BuildSpec } from '../compose/build-spec.js';
import { pushSettings, restartOption } from '../compose/livepush-options.js';
import type { Engine } from '../docker/engine.js';
import type { RunStep } from '../dockerfile/model.js';
import type { RestartContext } from '../engine/operations/restart.js';
import { ServiceEngine, type ServiceEngineOptions } from '../engine/service-engine.js';
import type { EventSink } from '../events.js';
import type { ContextTree } from '../plan/context-tree.js';
import { formatPlan } from '../plan/format-plan.js';
import type { Plan } from '../plan/plan.js';
import type { LandingNote } from './landing-note.js';
import type { LiveModel } from './service-model.js';

/** Paths of an operation that a dry run lists one by one. */
const LISTED = 20;

/** How a service's pushes are made, whatever containers they go to. */
export interface EngineSettings {
  readonly model: LiveModel;
  /** Pushes end in their own way, not with the session's signal. */
  readonly pushEngine: Engine;
  readonly restart: boolean;
  readonly dryRun: boolean;
  readonly sink: EventSink;
  /** Content of a secret of a build. */
  readonly secret: (spec: BuildSpec, id: string) => Promise<Buffer | undefined>;
  /** What is noted while files are brought into the containers. */
  readonly landing: LandingNote;
  /** Replaying cannot do it: the service has to be built anew. */
  readonly onRebuild: (reason: string) => void;
  readonly hasBuilt: ServiceEngineOptions['hasBuilt'];
  readonly inTurn: RestartContext['inTurn'];
}

type Pushed = Pick<
  ServiceEngineOptions,
  'stages' | 'tree' | 'images' | 'containerIds' | 'restartBy' | 'onRetry' | 'older'
> &
  Required<Pick<ServiceEngineOptions, 'pushes' | 'calm' | 'isPolled'>>;

const LEFT = 'x-livepush leaves RUN steps to the build';

/** Looks once, when it is first asked, which RUN steps do not do the same a second time. */
function judgeOf(model: LiveModel, tree: ContextTree): () => Promise<(step: RunStep) => string | undefined> {
  let found: Promise<ReadonlyMap<number, string>> | undefined;
  return async () => {
    found ??= import('./unrepeatable-steps.js').then(({ unrepeatableSteps }) => unrepeatableSteps(model, tree));
    const reasons = await found;
    return ({ line }) => reasons.get(line);
  };
}

/** The engine of a service's pushes; in a dry run it tells the plans only. */
export async function openEngine(
  { model, pushEngine: engine, restart, dryRun, sink, secret, landing, onRebuild, hasBuilt, inTurn }: EngineSettings,
  { stages, tree, images, containerIds, restartBy, pushes, onRetry, calm, isPolled, older }: Pushed,
): Promise<ServiceEngine> {
  const { spec, service, dockerfilePath } = model.build;
  const { leavesRunsToBuild, restartsUnderMounts, forget } = pushSettings(service).settings;
  const showPlan = (plan: Plan, push: number) => {
    if (dryRun) void sink({ type: 'plan', service: service.name, push, lines: formatPlan(plan, { listed: LISTED }) });
  };
  return new ServiceEngine({
    service: service.name,
    file: dockerfilePath,
    // a folder that went away meanwhile may come back
    contextRoot: await realpath(spec.context).catch(() => spec.context),
    stages,
    tree,
    secret: (id) => secret(spec, id),
    engine,
    images,
    containerIds,
    restart,
    startsEnded: true,
    ...(restartBy && { restartBy }),
    restartsDone: restartOption(service).setting !== undefined,
    restartsUnderMounts,
    forget,
    judgeRuns: leavesRunsToBuild ? async () => () => LEFT : judgeOf(model, tree),
    ...(older && { older }),
    onTouch: () => landing.begin(containerIds),
    onUpToDate: () => landing.end(),
    hooks: service.hooks,
    inTurn,
    dryRun,
    sink,
    onPlan: showPlan,
    pushes,
    onRebuild,
    hasBuilt,
    onRetry,
    calm,
    isPolled,
  });
}
