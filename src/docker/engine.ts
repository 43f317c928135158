import type { Readable, Writable } from 'node:stream';
import type { BuilderRules } from '../dockerfile/builder-rules.js';
import type { Surroundings } from './surroundings.js';

/** What the project needs of a Docker engine. One implementation talks to a daemon, another records calls in tests. */
export interface Engine {
  /** Name or address of the machine that it is on, as it is reached from here; `localhost` behind a socket. */
  readonly host: string;
  /** Build arguments that the docker CLI adds to every build for it: proxies of the CLI's configuration. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Throws `engine-unreachable` with a sentence that names the address tried. */
  ping(): Promise<void>;
  /** Throws as `ping` does. */
  facts(): Promise<EngineFacts>;
  /** The engine's own name for itself: the same at whatever address it is reached. */
  id(): Promise<string>;
  /** Containers that carry all these labels (`name` or `name=value`), stopped ones too, ordered by name. */
  listContainers(labels: readonly string[]): Promise<ContainerSummary[]>;
  container(id: string): Container;
  /**
   * What happens to containers with all these labels from now on, until the signal fires. Resolves when the engine has begun
   * to tell; the iteration throws `engine-unreachable` when the engine goes away.
   */
  events(request: EventRequest): Promise<AsyncIterable<ContainerEvent>>;
  /** Creates a container, does not start it, and gives its id. */
  createContainer(options: CreateOptions): Promise<string>;
  /** Configuration of an image, or undefined when the engine has no such image. */
  inspectImage(ref: string): Promise<ImageInfo | undefined>;
  /** References (tags, or ids where there is no tag) of the images with all these labels. */
  listImages(labels: readonly string[]): Promise<string[]>;
  /** Removes a tag or an image; one that is not there is no error. */
  removeImage(ref: string): Promise<void>;
  /** Creates a volume of the engine's own driver. */
  createVolume(volume: Volume): Promise<void>;
  /** Volumes that carry a label (`name=value`). */
  listVolumes(label: string): Promise<Volume[]>;
  /** Removes a volume; one that is not there is no error. */
  removeVolume(name: string): Promise<void>;
  /** Names of the volumes that are created from now on, until the signal fires. Resolves, and throws, as `events` does. */
  createdVolumes(signal: AbortSignal): Promise<AsyncIterable<string>>;
  /** Ends idle connections; the engine is not used after. */
  close(): void;
}

/** What an engine says of itself. */
export interface EngineFacts {
  /** `os/arch` that it runs by default, as `linux/amd64`. */
  readonly platform: string;
  /** What its builder does where builders differ; undefined where its version does not say. */
  readonly builder: BuilderRules | undefined;
}

export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `running`, `exited`, `created`, `paused`, `restarting`, `dead` or `removing`. */
  readonly state: string;
  /** Id of the image that it was made from. */
  readonly imageId: string;
}

export interface Volume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface EventRequest {
  readonly labels: readonly string[];
  readonly signal: AbortSignal;
}

/** Something that happened to a container: `create`, `start`, `die`, `destroy`, `rename`, `pause` or `unpause`. */
export interface ContainerEvent {
  readonly action: string;
  readonly containerId: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface CreateOptions {
  readonly name?: string;
  readonly image: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly user: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Docker's init as process 1. */
  readonly init: boolean;
  /** What else surrounds its processes; the engine's defaults when left out. */
  readonly surroundings?: Surroundings;
}

/** A path that a container has otherwise than its image. */
export interface LayerChange {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'changed' | 'added' | 'removed';
}

export interface ImageInfo {
  readonly id: string;
  readonly env: readonly string[];
  readonly workdir: string;
  readonly user: string;
  readonly shell: readonly string[];
  readonly onBuild: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** As `STOPSIGNAL` says it; empty without one. */
  readonly stopSignal: string;
  /** Digests of its layers, the lowest first. */
  readonly layers: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface MountPoint {
  readonly type: string;
  /** Path on the engine's host for bind mounts, else the volume's. */
  readonly source: string;
  /** Absolute path in the container. */
  readonly destination: string;
  readonly readOnly: boolean;
}

/** A port of a container that the engine's host answers on. */
export interface PublishedPort {
  readonly containerPort: number;
  readonly protocol: string;
  /** An address of the host; `0.0.0.0` or `::` for all of them. */
  readonly hostAddress: string;
  readonly hostPort: number;
}

export interface ContainerInfo {
  readonly id: string;
  readonly name: string;
  /** The image as it was named when the container was created. */
  readonly image: string;
  readonly imageId: string;
  /** A paused container runs, too; one that the engine is about to start again does not. */
  readonly running: boolean;
  /** It has ended, and the engine waits before it starts it again, as its restart policy says. */
  readonly restarting: boolean;
  /** It has a restart policy. */
  readonly isRestarted: boolean;
  readonly paused: boolean;
  readonly exitCode: number;
  readonly startedAt: string;
  /** When the process before this one ended, or the last one; undefined when none has. */
  readonly finishedAt: string | undefined;
  /** What the health check printed last, where it says that the container is unhealthy. */
  readonly unhealthy?: string | undefined;
  /** `NAME=value`, of the image, compose and `docker run` together. */
  readonly env: readonly string[];
  readonly user: string;
  /** Empty for `/`. */
  readonly workdir: string;
  readonly entrypoint: readonly string[];
  readonly readOnlyRoot: boolean;
  readonly tty: boolean;
  readonly mounts: readonly MountPoint[];
  /** In the order of the container's ports; empty for a container that does not run. */
  readonly published: readonly PublishedPort[];
  readonly stopSignal: string;
  /** Seconds, or undefined for the engine's default (10). */
  readonly stopTimeout: number | undefined;
}

export type PathKind = 'file' | 'directory' | 'link' | 'other';

export interface PathStat {
  readonly kind: PathKind;
  /** Permission bits with setuid, setgid and sticky: at most 0o7777. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** Of the last change, as the engine writes it, to the nanosecond. */
  readonly mtime: string;
  /** Where a link leads, absolute in the container, with further links followed; empty otherwise. */
  readonly linkTarget: string;
}

export interface ExecOptions {
  readonly argv: readonly string[];
  /** As `docker exec --user`; empty for the container's own. */
  readonly user?: string;
  /** Absolute; the container's own when left out. */
  readonly workdir?: string;
  /** As `docker exec --privileged`. */
  readonly privileged?: boolean;
  /** `NAME=value`, on top of the container's environment. */
  readonly env?: readonly string[];
  /** Leave standard input open for `ExecProcess.stdin`. */
  readonly stdin?: boolean;
}

/** A process started in a container. */
export interface ExecProcess {
  /** Only with `stdin: true`. Ending it closes the process's standard input. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * The exit code, once the process ended and both outputs are read to their end. Rejects with `container-refused` when the
   * engine could not start the program (not there, not executable, no such user or directory), `container-lost` when the
   * container went away meanwhile, and an `AbortError` after `destroy`.
   */
  readonly exit: Promise<number>;
  /** Drops the connection and the outputs; the process is not ended by this. */
  destroy(): void;
}

/** A line of a container's output, and when the engine took it: ISO 8601 with nanoseconds. */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  readonly time: string;
}

export interface LogOptions {
  /** ISO 8601 with nanoseconds, exclusive start; all when left out. */
  readonly since?: string;
  readonly signal: AbortSignal;
  /** A promise says that the taker is behind: no more is read until it resolves. */
  readonly onLine: (line: LogLine) => unknown;
}

/** One container. Every method throws `container-lost` when the engine has no such container. */
export interface Container {
  readonly id: string;
  inspect(): Promise<ContainerInfo>;
  /** One HEAD request; a link itself, not what it leads to. Undefined when nothing is there. */
  stat(path: string): Promise<PathStat | undefined>;
  /**
   * Unpacks a tar stream below the directory `path`, which must exist. Throws the fault of the stream as it is, else what the
   * engine says, a refused root file system as `container-refused`, and `container-stuck` when nothing moves for 10 s.
   */
  putArchive(path: string, tar: Readable, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
  /** The tar stream of a path (its base name is the first path element), or undefined when nothing is there. */
  getArchive(path: string): Promise<Readable | undefined>;
  /** The tar stream of the whole file system, of a container that runs or not, without what is mounted. */
  export(): Promise<Readable>;
  /** All paths that differ from the image, mount points among them: it takes time with all that ever changed. */
  changes(): Promise<LayerChange[]>;
  /** Throws `container-lost` when it is not running, `container-paused` when it is paused. A program that cannot be started is told by `exit`. */
  exec(options: ExecOptions): Promise<ExecProcess>;
  start(): Promise<void>;
  /** A container that is not running is no error. */
  kill(signal: string): Promise<void>;
  /** With the container's own signal and time; one that is not running is no error. */
  stop(): Promise<void>;
  /** Stop with the container's own signal and time, then start. */
  restart(): Promise<void>;
  /** Resolves when the container is not running. */
  waitExit(): Promise<void>;
  /** Removes the container, running or not, with its anonymous volumes; one that is gone is no error. */
  remove(): Promise<void>;
  /** Follows the output line by line until the container ends or the signal fires. */
  followLogs(options: LogOptions): Promise<void>;
}
