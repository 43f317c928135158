import { join } from 'node:path';
import { LivepushError } from '../errors.js';
import { currentContextOf, readContext } from './docker-context.js';
import { type HostAddress, parseHost } from './parse-host.js';
import { type FileReader, readTls, type TlsMaterial } from './tls-material.js';

/** Everything that decides which engine is meant. */
export interface EndpointOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly homedir: string;
  /** As `docker --host`. */
  readonly host?: string;
  /** As `docker --context`. */
  readonly context?: string;
  /** As `process.platform`; only tells Windows from the others. */
  readonly platform?: string;
}

/** Where an engine listens, and how its connection is secured. */
export type Endpoint = HostAddress & { readonly tls: TlsMaterial | undefined };

const pipe = 'npipe:////./pipe/docker_engine';
const socketPath = '/var/run/docker.sock';
const tlsDefaultHost = 'tcp://localhost:2376';

// The docker CLI takes a variable that is set to nothing as one that is not set.
const nonEmpty = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** Where the docker CLI's configuration is. */
export const configFolderOf = ({ env, homedir }: Pick<EndpointOptions, 'env' | 'homedir'>): string =>
  nonEmpty(env.DOCKER_CONFIG) ?? join(homedir, '.docker');

/**
 * Finds the engine that the docker CLI would use, in the same order: host option, context option, `DOCKER_HOST`,
 * `DOCKER_CONTEXT`, the current context of the CLI's configuration, the default socket. Throws `usage`.
 */
export function resolveEndpoint(options: EndpointOptions, readFile: FileReader): Endpoint {
  const { env, host, homedir } = options;
  if (host !== undefined && options.context !== undefined) {
    throw new LivepushError('usage', 'Give a host or a context, not both.', { hint: 'Leave out --host or --context.' });
  }
  const configFolder = configFolderOf({ env, homedir });
  const given = host ?? (options.context === undefined ? nonEmpty(env.DOCKER_HOST) : undefined);
  const context =
    given === undefined
      ? (options.context ?? nonEmpty(env.DOCKER_CONTEXT) ?? currentContextOf(configFolder, readFile))
      : undefined;
  if (context !== undefined && context !== 'default') {
    const found = readContext({ name: context, configFolder }, readFile);
    return { ...parseHost(found.host, socketPath), tls: found.tls };
  }
  return defaultEndpoint({ ...options, host: given ?? nonEmpty(env.DOCKER_HOST), configFolder }, readFile);
}

interface DefaultOptions extends Pick<EndpointOptions, 'env' | 'platform'> {
  readonly host: string | undefined;
  readonly configFolder: string;
}

function defaultEndpoint({ env, platform, host, configFolder }: DefaultOptions, readFile: FileReader): Endpoint {
  const verify = nonEmpty(env.DOCKER_TLS_VERIFY) !== undefined;
  const secured = verify || nonEmpty(env.DOCKER_TLS) !== undefined;
  const fallback = platform === 'win32' ? pipe : `unix://${socketPath}`;
  const address = parseHost(host ?? (secured ? tlsDefaultHost : fallback), socketPath);
  if (address.kind !== 'tcp' || !secured) return { ...address, tls: undefined };
  const folder = nonEmpty(env.DOCKER_CERT_PATH) ?? configFolder;
  const tls = readTls({ folder, verify }, readFile);
  if (verify && tls.ca === undefined) {
    throw new LivepushError('usage', `There is no ca.pem in ${folder}, which DOCKER_TLS_VERIFY asks for.`, {
      hint: 'Set DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem.',
    });
  }
  return { ...address, tls };
}
