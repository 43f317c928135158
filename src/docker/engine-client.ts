import { readFileSync } from 'node:fs';
import type { Agent, IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import Docker from 'dockerode';
import { LivepushError, messageOf } from '../errors.js';
import { agentFor } from './connection-agent.js';
import { ContainerClient, type RawContainer } from './container-client.js';
import { plainName } from './container-info.js';
import { type Endpoint, type EndpointOptions, resolveEndpoint } from './endpoint.js';
import type { Container, ContainerSummary, CreateOptions, Engine, ImageInfo } from './engine.js';
import { statusOf, toEngineError } from './engine-error.js';
import { describeImage } from './image-info.js';
import { streamed } from './streamed-request.js';

/** What decides which engine is talked to, and how. */
export type ConnectOptions = EndpointOptions;

const pingTimeout = 10_000;

/**
 * An engine that is not asked anything yet: whether it answers is for `ping` to find out. Throws `usage` for an address or
 * context that makes no sense.
 */
export function connectEngine(options: ConnectOptions): Engine {
  const endpoint = resolveEndpoint(options, readIfThere);
  const agent = agentFor(endpoint, options);
  return new EngineClient({ docker: dockerFor(endpoint, agent), agent, address: endpoint.address });
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return undefined;
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

interface EngineParts {
  readonly docker: Docker;
  readonly agent: Agent;
  readonly address: string;
}

class EngineClient implements Engine {
  readonly #docker: Docker;
  readonly #agent: Agent;
  readonly #address: string;

  constructor({ docker, agent, address }: EngineParts) {
    this.#docker = docker;
    this.#agent = agent;
    this.#address = address;
  }

  async ping(): Promise<void> {
    const abortSignal = AbortSignal.timeout(pingTimeout);
    await this.#try(async () => {
      const answer = await streamed(this.#docker.modem, { path: '/_ping', method: 'GET', abortSignal });
      await finished(answer.resume());
    });
  }

  async platform(): Promise<string> {
    await this.ping();
    const { Os, Arch } = await this.#try(() => this.#docker.version());
    return `${Os}/${Arch}`;
  }

  async id(): Promise<string> {
    const { ID } = await this.#try((): Promise<{ ID: string }> => this.#docker.info());
    return ID;
  }

  async listContainers(labels: readonly string[]): Promise<ContainerSummary[]> {
    const filters = { label: [...labels] };
    const found = await this.#try(() => this.#docker.listContainers({ all: true, filters }));
    return found
      .map(({ Id, Names, Labels, State }) => ({ id: Id, name: ownName(Names), labels: Labels, state: State }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  }

  container(id: string): Container {
    return new ContainerClient(rawContainer(this.#docker, id), this.#address);
  }

  async createContainer(options: CreateOptions): Promise<string> {
    // dockerode would put all of it into the address as well.
    const query = options.name === undefined ? {} : { name: options.name };
    const request = { ...query, _query: query, _body: creationOf(options) };
    const { id } = await this.#try(() => this.#docker.createContainer(request));
    return id;
  }

  async inspectImage(ref: string): Promise<ImageInfo | undefined> {
    const found = await this.#unlessMissing(() => this.#docker.getImage(ref).inspect());
    return found && describeImage(found);
  }

  async listImages(labels: readonly string[]): Promise<string[]> {
    const found = await this.#try(() => this.#docker.listImages({ filters: { label: [...labels] } }));
    return found.flatMap(({ Id, RepoTags }) => {
      const tags = (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>');
      return tags.length > 0 ? tags : [Id];
    });
  }

  async removeImage(ref: string): Promise<void> {
    await this.#unlessMissing(() => this.#docker.getImage(ref).remove({ force: true }));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #unlessMissing<Result>(request: () => Promise<Result>): Promise<Result | undefined> {
    return this.#try(() =>
      request().catch((thrown: unknown) => {
        if (statusOf(thrown) === 404) return undefined;
        throw thrown;
      }),
    );
  }

  async #try<Result>(request: () => Promise<Result>): Promise<Result> {
    try {
      return await request();
    } catch (thrown) {
      throw toEngineError(thrown, { address: this.#address });
    }
  }
}

/** Of a container's names the one that is not a link of another container (`/other/alias`). */
const ownName = (names: readonly string[]): string =>
  plainName(names.find((name) => name.lastIndexOf('/') === 0) ?? names[0] ?? '');

const creationOf = ({
  image,
  entrypoint,
  command,
  user,
  labels,
  init,
}: CreateOptions): Docker.ContainerCreateOptions => ({
  Image: image,
  Entrypoint: [...entrypoint],
  Cmd: [...command],
  User: user,
  Labels: { ...labels },
  HostConfig: { Init: init },
});

/** dockerode's container, with types for what it gives back. */
function rawContainer(docker: Docker, id: string): RawContainer {
  const container = docker.getContainer(id);
  const archive = (method: string, path: string): Promise<IncomingMessage> =>
    streamed(docker.modem, { method, path: `/containers/${id}/archive`, query: { path } });
  return {
    id,
    inspect: () => container.inspect(),
    infoArchive: ({ path }) => archive('HEAD', path),
    getArchive: ({ path }) => archive('GET', path),
    putArchive: (tar, options) => container.putArchive(tar, options),
    exec: (options) => container.exec(options),
    start: () => container.start(),
    kill: (options) => container.kill(options),
    restart: () => container.restart(),
    wait: () => streamed(docker.modem, { method: 'POST', path: `/containers/${id}/wait` }),
    remove: (options) => container.remove(options),
    logs: ({ since, abortSignal }) => {
      const query = { follow: '1', stdout: '1', stderr: '1', ...(since === undefined ? {} : { since }) };
      return streamed(docker.modem, { method: 'GET', path: `/containers/${id}/logs`, query, abortSignal });
    },
  };
}
