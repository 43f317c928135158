import { get } from 'node:http';
import { run } from './run-command.mjs';

/** Where the docker CLI looks when nothing else is configured. */
export const defaultSocket = '/var/run/docker.sock';

/**
 * What this machine has; null stands for "not there".
 * @typedef {object} EngineState
 * @property {string | null} cli version of the docker CLI
 * @property {string | null} engine version of the engine that answers
 * @property {string | null} compose version of compose v2
 * @property {string | null} buildx version of buildx
 * @property {string} endpoint the engine's address, from DOCKER_HOST, the docker context, or the default
 * @property {string} problem what the docker CLI said when the engine did not answer
 */

/**
 * Looks, and changes nothing. Each question has a time limit.
 * @returns {Promise<EngineState>}
 */
export async function observeEngine() {
  const timeoutMs = 15_000;
  const ask = (/** @type {string[]} */ ...args) => run('docker', args, { timeoutMs });
  const [cli, engine, endpoint, compose, buildx] = await Promise.all([
    ask('--version'),
    ask('version', '--format', '{{.Server.Version}}'),
    ask('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'),
    ask('compose', 'version', '--short'),
    ask('buildx', 'version'),
  ]);
  if (cli.ok) {
    return {
      cli: versionIn(cli.stdout),
      engine: engine.ok ? versionIn(engine.stdout) : null,
      compose: compose.ok ? versionIn(compose.stdout) : null,
      buildx: buildx.ok ? versionIn(buildx.stdout) : null,
      endpoint: endpoint.stdout,
      problem: engine.stderr.split('\n').at(-1) ?? '',
    };
  }
  const bare = { cli: null, compose: null, buildx: null, problem: 'there is no docker command' };
  return { ...bare, engine: await versionOverSocket(), endpoint: process.env.DOCKER_HOST ?? `unix://${defaultSocket}` };
}

/** @param {EngineState} state */
export function isLocalDefault({ endpoint }) {
  return [`unix://${defaultSocket}`, 'unix:///run/docker.sock'].includes(endpoint);
}

/**
 * @param {string | null} version
 * @param {[number, number]} least major and minor
 */
export function isAtLeast(version, [major, minor]) {
  const [ownMajor = 0, ownMinor = 0] = (version ?? '').split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** @param {string} text */
function versionIn(text) {
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? null;
}

/** @returns {Promise<string | null>} */
function versionOverSocket() {
  return new Promise((resolve) => {
    const request = get({ socketPath: defaultSocket, path: '/version', timeout: 5_000 }, async (response) => {
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      resolve(versionIn(body.match(/"Version":"([^"]*)"/)?.[1] ?? ''));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
  });
}
