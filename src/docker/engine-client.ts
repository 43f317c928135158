import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { rulesOfEngine } from '../dockerfile/builder-rules.js';
import { ContainerClient, type RawContainer } from './container-client.js';
import { plainName } from './container-info.js';
import type { DockerHandle } from './docker-handle.js';
import type {
  Container,
  ContainerEvent,
  ContainerSummary,
  CreateOptions,
  Engine,
  EngineFacts,
  EventRequest,
  ImageInfo,
  Volume,
} from './engine.js';
import { statusOf, toEngineError } from './engine-error.js';
import { describeEvent, followedActions, mapEvents, type RawEvent, readEvents } from './engine-events.js';
import { describeImage } from './image-info.js';
import { streamed } from './streamed-request.js';
import type { Surroundings } from './surroundings.js';
import { createVolume, listVolumes, removeVolume } from './volumes.js';

const pingTimeout = 10_000;

export interface EngineParts {
  readonly docker: DockerHandle;
  /** How the user knows the engine, for the sentences of errors. */
  readonly address: string;
  /** The machine that it is on; `localhost` when left out. */
  readonly host?: string;
  /** None when left out. */
  readonly proxies?: Readonly<Record<string, string>>;
  /** Ends idle connections; does nothing where these are not the project's. */
  readonly close: () => void;
}

/** An engine behind a Dockerode instance, whoever made it. */
export class EngineClient implements Engine {
  readonly host: string;
  readonly proxies: Readonly<Record<string, string>>;
  readonly #docker: DockerHandle;
  readonly #address: string;
  readonly #close: () => void;

  constructor({ docker, address, host = 'localhost', proxies = {}, close }: EngineParts) {
    this.host = host;
    this.proxies = proxies;
    this.#docker = docker;
    this.#address = address;
    this.#close = close;
  }

  async ping(): Promise<void> {
    const abortSignal = AbortSignal.timeout(pingTimeout);
    await this.#try(async () => {
      const answer = await streamed(this.#docker.modem, { path: '/_ping', method: 'GET', abortSignal });
      await finished(answer.resume());
    });
  }

  async facts(): Promise<EngineFacts> {
    await this.ping();
    const { Os, Arch, Version } = await this.#try(() => this.#docker.version());
    return { platform: `${Os}/${Arch}`, builder: rulesOfEngine(Version) };
  }

  async id(): Promise<string> {
    const { ID } = await this.#try(() => this.#docker.info());
    return ID;
  }

  async listContainers(labels: readonly string[]): Promise<ContainerSummary[]> {
    const filters = { label: [...labels] };
    const found = await this.#try(() => this.#docker.listContainers({ all: true, filters }));
    return found
      .map(({ Id, Names, Labels, State, ImageID }) => ({
        id: Id,
        name: ownName(Names),
        labels: Labels,
        state: State,
        imageId: ImageID,
      }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  }

  container(id: string): Container {
    return new ContainerClient(rawContainer(this.#docker, id), this.#address);
  }

  async events({ labels, signal }: EventRequest): Promise<AsyncIterable<ContainerEvent>> {
    const filters = { type: ['container'], event: followedActions, label: labels };
    return mapEvents(await this.#events(filters, signal), describeEvent);
  }

  async createContainer(options: CreateOptions): Promise<string> {
    // dockerode would put all of it into the address as well.
    const { name, surroundings: { platform } = {} } = options;
    const query = { ...(name !== undefined && { name }), ...(platform !== undefined && { platform }) };
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

  async createVolume(volume: Volume): Promise<void> {
    await this.#try(() => createVolume(this.#docker.modem, volume));
  }

  async listVolumes(label: string): Promise<Volume[]> {
    return this.#try(() => listVolumes(this.#docker.modem, label));
  }

  async removeVolume(name: string): Promise<void> {
    await this.#unlessMissing(() => removeVolume(this.#docker.modem, name));
  }

  async createdVolumes(abortSignal: AbortSignal): Promise<AsyncIterable<string>> {
    const filters = { type: ['volume'], event: ['create'] };
    return mapEvents(await this.#events(filters, abortSignal), ({ Actor }) => Actor.ID);
  }

  close(): void {
    this.#close();
  }

  async #events(filters: object, signal: AbortSignal): Promise<AsyncIterable<RawEvent>> {
    const query = { filters: JSON.stringify(filters) };
    const request = { path: '/events', method: 'GET', query, abortSignal: signal };
    const answer = await this.#try(() => streamed(this.#docker.modem, request));
    // of events that nobody reads the end must not be fatal
    answer.on('error', () => {});
    return readEvents(answer, { signal, explain: (thrown) => toEngineError(thrown, { address: this.#address }) });
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

const creationOf = ({ image, entrypoint, command, user, labels, init, surroundings = {} }: CreateOptions) => ({
  Image: image,
  Entrypoint: [...entrypoint],
  Cmd: [...command],
  User: user,
  Labels: { ...labels },
  Hostname: surroundings.hostname,
  Volumes: Object.fromEntries((surroundings.volumes ?? []).map((path) => [path, {}])),
  HostConfig: { Init: init, ...hostConfigOf(surroundings) },
});

const hostConfigOf = ({ network, extraHosts, shmSize, ulimits, privileged, tmpfs, securityOptions }: Surroundings) => ({
  ...(network !== undefined && { NetworkMode: network }),
  ...(extraHosts && { ExtraHosts: [...extraHosts] }),
  ...(shmSize !== undefined && { ShmSize: shmSize }),
  ...(ulimits && { Ulimits: ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })) }),
  ...(privileged !== undefined && { Privileged: privileged }),
  ...(tmpfs && { Tmpfs: { ...tmpfs } }),
  ...(securityOptions && { SecurityOpt: [...securityOptions] }),
});

function rawContainer(docker: DockerHandle, id: string): RawContainer {
  const container = docker.getContainer(id);
  const archive = (method: string, path: string): Promise<IncomingMessage> =>
    streamed(docker.modem, { method, path: `/containers/${id}/archive`, query: { path } });
  return {
    id,
    inspect: () => container.inspect(),
    infoArchive: ({ path }) => archive('HEAD', path),
    getArchive: ({ path }) => archive('GET', path),
    putArchive: (tar, options) => container.putArchive(tar, options),
    export: () => streamed(docker.modem, { method: 'GET', path: `/containers/${id}/export` }),
    changes: () => container.changes(),
    exec: (options) => container.exec(options),
    start: () => container.start(),
    kill: (options) => container.kill(options),
    stop: () => container.stop(),
    restart: () => container.restart(),
    wait: () => streamed(docker.modem, { method: 'POST', path: `/containers/${id}/wait` }),
    remove: (options) => container.remove(options),
    logs: ({ since, abortSignal }) => {
      const query = {
        follow: '1',
        stdout: '1',
        stderr: '1',
        timestamps: '1',
        ...(since === undefined ? {} : { since }),
      };
      return streamed(docker.modem, { method: 'GET', path: `/containers/${id}/logs`, query, abortSignal });
    },
  };
}
