/** What surrounds the processes of a container, as far as a build can set it too. */
export interface Surroundings {
  readonly hostname?: string;
  /** `os/arch`; the engine's own when left out. */
  readonly platform?: string;
  /** `host`, `none` or the name of a network; the engine's default network when left out. */
  readonly network?: string;
  /** `HOST:ADDRESS`. */
  readonly extraHosts?: readonly string[];
  /** Bytes of `/dev/shm`. */
  readonly shmSize?: number;
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly privileged?: boolean;
  /** Absolute paths that get an anonymous volume, which is removed with the container. */
  readonly volumes?: readonly string[];
  /** Absolute paths that lie in memory, with the options of their mount. */
  readonly tmpfs?: Readonly<Record<string, string>>;
  /** As `docker run --security-opt` takes them. */
  readonly securityOptions?: readonly string[];
}
