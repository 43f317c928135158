import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { inspect } from 'node:util';
import type { Endpoint, EndpointOptions } from './endpoint.js';
import { SshAgent } from './ssh-agent.js';

/** Makes the connections to an endpoint. They are kept and used again: a push is many small requests. */
export function agentFor(endpoint: Endpoint, options: Pick<EndpointOptions, 'env'>): HttpAgent {
  const agent = connecting(endpoint, options);
  // docker-modem spells the options of each request out for its debug log, on or off: with the agent, all its open connections
  return Object.assign(agent, { [inspect.custom]: () => `the agent of ${endpoint.address}` });
}

function connecting(endpoint: Endpoint, { env }: Pick<EndpointOptions, 'env'>): HttpAgent {
  if (endpoint.kind === 'ssh') return new SshAgent({ target: endpoint, env });
  if (endpoint.tls === undefined) return new HttpAgent({ keepAlive: true });
  const { ca, cert, key, verify } = endpoint.tls;
  return new HttpsAgent({ keepAlive: true, ca, cert, key, rejectUnauthorized: verify });
}
