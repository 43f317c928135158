import { realpath } from 'node:fs/promises';
import type { BuildSpec } from '../compose/build-spec.js';
import type { Engine } from '../docker/engine.js';
import type { RestartContext } from '../engine/operations/restart.js';
import { ServiceEngine, type ServiceEngineOptions } from '../engine/service-engine.js';
import type { EventSink } from '../events.js';
import { formatPlan } from '../plan/format-plan.js';
import type { Plan } from '../plan/plan.js';
import type { LiveModel } from './service-model.js';

/** Paths of an operation that a dry run lists one by one. */
const LISTED = 20;

/** How a service's pushes are made, whatever containers they go to. */
export interface EngineSettings {
  readonly model: LiveModel;
  readonly engine: Engine;
  readonly restart: boolean;
  readonly dryRun: boolean;
  readonly sink: EventSink;
  /** Content of a secret of a build. */
  readonly secret: (spec: BuildSpec, id: string) => Promise<Buffer | undefined>;
  /** Replaying cannot do it: the service has to be built anew. */
  readonly onRebuild: (reason: string) => void;
  readonly inTurn: RestartContext['inTurn'];
}

type Pushed = Pick<ServiceEngineOptions, 'stages' | 'tree' | 'images' | 'containerIds' | 'restartBy' | 'onRetry'> &
  Required<Pick<ServiceEngineOptions, 'pushes' | 'calm'>>;

/** The engine of a service's pushes; in a dry run it tells the plans only. */
export async function openEngine(
  { model, engine, restart, dryRun, sink, secret, onRebuild, inTurn }: EngineSettings,
  { stages, tree, images, containerIds, restartBy, pushes, onRetry, calm }: Pushed,
): Promise<ServiceEngine> {
  const { spec, service, dockerfilePath } = model.build;
  const showPlan = (plan: Plan, push: number) => {
    if (dryRun) sink({ type: 'plan', service: service.name, push, lines: formatPlan(plan, { listed: LISTED }) });
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
    hooks: service.hooks,
    inTurn,
    dryRun,
    sink,
    onPlan: showPlan,
    pushes,
    onRebuild,
    onRetry,
    calm,
  });
}
