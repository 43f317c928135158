import { isRootOnDebian } from './debian/apt.mjs';
import { installDockerParts } from './debian/docker-packages.mjs';
import { isAtLeast, isLocalDefault, observeEngine } from './engine-state.mjs';
import { run } from './run-command.mjs';
import { SetupError, say } from './say.mjs';
import { startEngine } from './start-engine.mjs';

/** @typedef {import('./engine-state.mjs').EngineState} EngineState */
/** @typedef {'engine' | 'cli' | 'compose' | 'buildx'} Part */

/** @type {Record<Part, string>} */
const howToGet = {
  engine: 'no Docker engine answers: get one from https://docs.docker.com/engine/install/',
  cli: 'the docker command is missing: get it from https://docs.docker.com/engine/install/',
  compose: 'docker compose 2.24 or newer is missing: get it from https://docs.docker.com/compose/install/',
  buildx: 'docker buildx is missing: get it from https://github.com/docker/buildx#installing',
};

/** Sees to it that a Docker engine answers and that compose and buildx are there. Touches nothing where that is so. */
export async function ensureEngine() {
  let state = await observeEngine();
  if (!state.engine && !isLocalDefault(state)) throw new SetupError(foreignEngine(state));
  const missing = await notInstalled(state);
  if (missing.length > 0) {
    if (!(await isRootOnDebian())) throw new SetupError(howToGetParts(missing, state));
    await installDockerParts(missing);
    state = await observeEngine();
  }
  if (!state.engine && (await startEngine())) state = await observeEngine();
  if (lacking(state).length > 0) throw new SetupError(howToGetParts(lacking(state), state));
  say(`engine ${state.engine} answers, with compose ${state.compose} and buildx ${state.buildx}`);
}

/**
 * An engine that is installed but silent only has to be started.
 * @param {EngineState} state
 */
async function notInstalled(state) {
  const hasDaemon = (await run('dockerd', ['--version'])).ok;
  return lacking(state).filter((part) => part !== 'engine' || !hasDaemon);
}

/**
 * @param {EngineState} state
 * @returns {Part[]}
 */
function lacking(state) {
  /** @type {Part[]} */
  const parts = [];
  if (!state.engine) parts.push('engine');
  if (!state.cli) parts.push('cli');
  if (!isAtLeast(state.compose, [2, 24])) parts.push('compose');
  if (!state.buildx) parts.push('buildx');
  return parts;
}

/** @param {EngineState} state */
function foreignEngine({ endpoint, problem }) {
  return (
    `the Docker engine at ${endpoint}, which DOCKER_HOST or the docker context names, does not answer (${problem}). ` +
    'Start it, or choose another one; how to get Docker: https://docs.docker.com/engine/install/'
  );
}

/** @param {Part[]} parts @param {EngineState} state */
function howToGetParts(parts, { engine, problem }) {
  const said = engine ? '' : ` (The docker command says: ${problem})`;
  return `${parts.map((part) => howToGet[part]).join('; ')}.${said}`;
}
