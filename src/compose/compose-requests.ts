export interface ComposeCliOptions {
  /** Absolute path of the folder that compose runs in. */
  readonly cwd: string;
  /** As `-f` takes them, `-` too; empty to let compose look for its files. */
  readonly files: readonly string[];
  /** What `-` stands for. */
  readonly stdinText?: string | undefined;
  readonly projectName?: string | undefined;
  readonly projectDirectory?: string | undefined;
  readonly profiles: readonly string[];
  readonly envFiles: readonly string[];
  /** Options of the docker command in front of `compose`, such as `--context x`. */
  readonly dockerGlobalArgs: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Cancels every command. */
  readonly signal?: AbortSignal | undefined;
}

/** What all compose commands that do something take. */
export interface ComposeRequest {
  /** Absolute paths of compose files to lay over the project's own. */
  readonly overrides?: readonly string[];
  /** Empty or left out for all. */
  readonly services?: readonly string[];
  /** Called with each line of output as it comes, without its line end. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface UpRequest extends ComposeRequest {
  /** Fails where an image is missing, rather than build it. */
  readonly noBuild?: boolean;
  /** Leaves alone the services that the named ones depend on. */
  readonly noDeps?: boolean;
  readonly forceRecreate?: boolean;
  /** Numbers of containers, by service, where they are not those of the compose file. */
  readonly scale?: ReadonlyMap<string, number>;
  /** Leaves containers as they are, whatever has changed. */
  readonly noRecreate?: boolean;
  /** Comes back when the services run, or are healthy where they have a health check; fails when one ends instead. */
  readonly wait?: boolean;
}

export interface BuildRequest extends ComposeRequest {
  /** Carries out all steps, whatever is known of earlier builds. */
  readonly noCache?: boolean;
}

export interface StopRequest extends ComposeRequest {
  /** Seconds a container has to end; its own time when left out. */
  readonly timeout?: number;
}

export interface DownRequest extends StopRequest {
  readonly volumes?: boolean;
  readonly removeOrphans?: boolean;
}

export interface ComposeContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** `running`, `exited`, … */
  readonly state: string;
  /** `healthy`, `unhealthy`, `starting`, or empty without a health check. */
  readonly health: string;
}

/**
 * The compose command of one project. An aborted command is interrupted, awaited, and rejects with the signal's reason.
 * All methods throw `LivepushError`: `compose-missing`, `compose-file`, `usage` or `engine-unreachable`, and as said below.
 */
export interface ComposeCli {
  readonly options: ComposeCliOptions;
  /** Throws `compose-missing` when there is no compose or an old one. */
  version(): Promise<string>;
  /** The resolved project as YAML; with services named, these and what they depend on, whatever their profiles. */
  config(
    request?: Pick<ComposeRequest, 'services' | 'signal'> & { onWarning?: (text: string) => void },
  ): Promise<string>;
  /** The compose files that are in use, absolute; `-` stays. Throws `compose-file` when there is none. */
  files(): Promise<readonly string[]>;
  /**
   * Texts of a compose file with their variables replaced, as compose does for a project in this folder.
   *
   * @param envFiles absolute paths, in place of the project's own; those that are not there are passed over
   */
  interpolate(texts: readonly string[], folder: string, envFiles?: readonly string[]): Promise<string[]>;
  /** False where the docker command does not find a compose file (absolute path) that is there: it sees other files. */
  canRead(file: string, signal?: AbortSignal): Promise<boolean>;
  /** Throws `build-failed`. */
  build(request: BuildRequest): Promise<void>;
  /** Starts containers and comes back; throws `up-failed`, or `build-failed` where it had to build. */
  up(request: UpRequest): Promise<void>;
  stop(request: StopRequest): Promise<void>;
  down(request: DownRequest): Promise<void>;
  /** The project's containers, stopped ones too. */
  ps(): Promise<ComposeContainer[]>;
}
