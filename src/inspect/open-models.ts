import { arch } from 'node:os';
import type { LoadedProject } from '../compose/load-project.js';
import type { Diagnostic } from '../diagnostics.js';
import type { Engine, EngineFacts } from '../docker/engine.js';
import { engineUntil } from '../docker/until-aborted.js';
import { LivepushError } from '../errors.js';
import { liveBuilds, openEngine } from '../session/find-project.js';
import { loadNamed, openCompose, type ProjectOptions } from '../session/open-compose.js';
import { type LiveModel, liveModel } from '../session/service-model.js';

/** What a look at a project is given of its surroundings. */
export interface InspectContext {
  readonly env: NodeJS.ProcessEnv;
  readonly homedir: string;
  readonly signal: AbortSignal;
}

/** The services of a project that can get pushes, as their files say. */
export interface OpenModels {
  readonly loaded: LoadedProject;
  readonly models: readonly LiveModel[];
  /** What there is to say about the user's files; with an error, the service that it is about has no use. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Loads a project; `live` names the built services that are asked for, or none for all. Throws `LivepushError`.
 *
 * @param facts of the engine; this machine's platform where no engine can say it
 */
export async function openModels(
  options: ProjectOptions & { readonly services: readonly string[]; readonly live: readonly string[] },
  {
    env,
    signal,
    facts = { platform: hostPlatform(), builder: undefined },
  }: Pick<InspectContext, 'env' | 'signal'> & { facts?: EngineFacts | undefined },
): Promise<OpenModels> {
  const loaded = await loadNamed(openCompose(options, env, signal), options.services);
  const models = liveBuilds(loaded, options.live).map((build) => liveModel(build, facts));
  const found = models.flatMap(({ diagnostics, directiveFaults }) => [...diagnostics, ...directiveFaults]);
  return { loaded, models, diagnostics: [...loaded.diagnostics, ...found] };
}

/** An engine that answered; to be closed at the end. */
export interface OpenEngine {
  readonly engine: Engine;
  readonly facts: EngineFacts;
}

/** Connects to the engine of a project. Throws `usage` and `engine-unreachable`. */
export async function openEngineOf(options: ProjectOptions, context: InspectContext): Promise<OpenEngine> {
  const engine = engineUntil(openEngine(options, context), context.signal);
  try {
    return { engine, facts: await engine.facts() };
  } catch (error) {
    engine.close();
    throw error;
  }
}

/** The same, or why no engine answers. */
export async function lookForEngine(options: ProjectOptions, context: InspectContext): Promise<OpenEngine | string> {
  try {
    return await openEngineOf(options, context);
  } catch (error) {
    if (error instanceof LivepushError && error.code === 'engine-unreachable') return error.message;
    throw error;
  }
}

/** What an engine on this machine would most likely build for. */
const hostPlatform = (): string => `linux/${arch() === 'arm64' ? 'arm64' : 'amd64'}`;
