import { readFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import { basename } from 'node:path';
import Docker from 'dockerode';
import { LivepushError, messageOf } from '../errors.js';
import { cliProxies } from './cli-proxies.js';
import { agentFor } from './connection-agent.js';
import { configFolderOf, type Endpoint, type EndpointOptions, resolveEndpoint } from './endpoint.js';
import type { Engine } from './engine.js';
import { EngineClient } from './engine-client.js';

/** What decides which engine is talked to, and how. */
export type ConnectOptions = EndpointOptions;

/**
 * An engine that is not asked anything yet: whether it answers is for `ping` to find out. Throws `usage` for an address or
 * context that makes no sense.
 */
export function connectEngine(options: ConnectOptions): Engine {
  const endpoint = resolveEndpoint(options, readIfThere);
  const agent = agentFor(endpoint, options);
  const close = () => agent.destroy();
  const host = endpoint.kind === 'socket' ? 'localhost' : endpoint.host;
  const { address } = endpoint;
  const proxies = cliProxies({ configFolder: configFolderOf(options), address }, readIfThere);
  return new EngineClient({ docker: dockerFor(endpoint, agent), address, host, proxies, close });
}

/** The docker CLI does without a configuration that it may not read; a certificate it needs. */
function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || basename(path) === 'config.json') return undefined;
    throw new LivepushError('usage', `Cannot read ${path}: ${messageOf(cause)}.`, { cause });
  }
}

/** Sets whatever dockerode would otherwise take from the process's environment. */
function dockerFor(endpoint: Endpoint, agent: Agent): Docker {
  const options = {
    socketPath: endpoint.kind === 'socket' ? endpoint.path : undefined,
    host: endpoint.kind === 'socket' ? undefined : endpoint.host,
    port: endpoint.kind === 'tcp' ? endpoint.port : undefined,
    protocol: endpoint.tls === undefined ? ('http' as const) : ('https' as const),
    pathPrefix: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
    agent,
  };
  try {
    return new Docker(options);
  } catch (cause) {
    throw new LivepushError('usage', `The Docker variables of the environment are not usable: ${messageOf(cause)}.`, {
      hint: 'Check DOCKER_HOST and DOCKER_CERT_PATH.',
      cause,
    });
  }
}
