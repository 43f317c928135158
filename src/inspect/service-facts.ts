import { extname } from 'node:path/posix';
import { locateContainers } from '../compose/locate.js';
import { baseConfigOf } from '../docker/base-config.js';
import type { Container, Engine } from '../docker/engine.js';
import type { BaseConfig, CopyStep, Stage } from '../dockerfile/model.js';
import { inOriginalLines } from '../dockerfile/original-lines.js';
import { keptStages } from '../engine/kept-stages.js';
import { observeDestination } from '../engine/observe-destination.js';
import type { Destination } from '../plan/copy-map.js';
import type { Explanation, ImaginedChange } from '../plan/explain-change.js';
import { copiesFromContext } from '../plan/segments.js';
import { type LiveModel, resolveModel } from '../session/service-model.js';

/** What is known of a service besides its context. */
export interface ServiceFacts extends Pick<ImaginedChange, 'stages' | 'destinationOf'> {
  /** What was taken for granted because nothing could be asked, as sentences. */
  assumptionsOf(explanation: Explanation): string[];
}

/** Where the facts about a service are looked up. */
export interface FactSources {
  readonly model: LiveModel;
  readonly project: string;
  /** Undefined when none answers. */
  readonly engine: Engine | undefined;
}

/** Looks up what the engine knows of a service: the images that it starts from, and its first container. Changes nothing. */
export async function lookUpFacts({ model, project, engine }: FactSources): Promise<ServiceFacts> {
  const { service } = model.build;
  const configs = engine ? await configsOf(engine, model.bases) : new Map<string, BaseConfig>();
  const stages = inOriginalLines(resolveModel(model, (ref) => configs.get(ref)).stages, model.lineMap);
  const final = stages.at(-1) as Stage;
  const [container] = engine ? await locateContainers(engine, project, service.name) : [];
  const seen = await destinationsIn(container && engine?.container(container.id), final);
  const missing = engine ? model.bases.filter((ref) => !configs.has(ref)) : [];
  return {
    stages: [
      ...keptStages(stages).map((index) => {
        const stage = stages[index] as Stage;
        return { target: `stage ${index}`, stage, final: false, mounts: [], running: true };
      }),
      {
        target: service.name,
        stage: final,
        final: true,
        mounts: service.mounts.map(({ type, target }) => ({ destination: target, bind: type !== 'volume' })),
        running: container === undefined || container.state === 'running',
      },
    ],
    destinationOf: (stage, { index, destination, intoDirectory }) =>
      (stage === final.index ? seen.get(index) : undefined) ?? { path: destination, directory: intoDirectory },
    assumptionsOf: (explanation) => [
      ...missing.map((ref) => `The engine has no image ${ref}: no WORKDIR, USER, ENV or ONBUILD of it is known.`),
      ...guessedFiles(explanation, (step) => seen.has(step.index)),
    ],
  };
}

async function configsOf(engine: Engine, refs: readonly string[]): Promise<Map<string, BaseConfig>> {
  const found = await Promise.all(refs.map(async (ref) => [ref, await engine.inspectImage(ref)] as const));
  return new Map(found.flatMap(([ref, info]) => (info ? [[ref, baseConfigOf(info)]] : [])));
}

/** Where the COPY steps of the final stage write, by step, as a container of the service shows it. */
async function destinationsIn(container: Container | undefined, { steps }: Stage): Promise<Map<number, Destination>> {
  const copies = steps.filter(copiesFromContext);
  if (!container) return new Map();
  const found = await Promise.all(copies.map((step) => observeDestination(container, async () => 'unknown', step)));
  return new Map(copies.map(({ index }, i) => [index, found[i] as Destination]));
}

/** Files whose destination may be a directory for all that is known, and does not look like a file's name. */
function guessedFiles({ plan }: Explanation, isSeen: (step: CopyStep) => boolean): string[] {
  if (plan.kind !== 'replay') return [];
  const writes = plan.stages
    .flatMap(({ operations }) => operations)
    .flatMap((operation) => (operation.kind === 'files' ? operation.writes : []));
  return writes.flatMap(({ step, destination, content }) => {
    if (content.kind !== 'context' || content.entry.kind === 'directory') return [];
    if (step.intoDirectory || destination !== step.destination || isSeen(step)) return [];
    if (extname(destination) === extname(content.source)) return [];
    return [`No container shows whether ${destination} is a directory: it is taken for a file.`];
  });
}
