import type { ContainerInfo, MountPoint, PublishedPort } from './engine.js';

/** The part of the engine's container inspection that is used. */
export interface RawInspection {
  readonly Id: string;
  readonly Name: string;
  /** Id of the image. */
  readonly Image: string;
  readonly State: {
    /** True while the engine waits to start it again, too. */
    readonly Running: boolean;
    readonly Restarting: boolean;
    readonly Paused: boolean;
    readonly ExitCode: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
    readonly Health?:
      | { readonly Status: string; readonly Log?: readonly { readonly Output: string }[] | null | undefined }
      | undefined;
  };
  readonly HostConfig: {
    readonly ReadonlyRootfs?: boolean | undefined;
    /** Without a name, or with `no`, the engine starts nothing again. */
    readonly RestartPolicy?: { readonly Name: string } | undefined;
    readonly Tmpfs?: Readonly<Record<string, string>> | null | undefined;
  };
  readonly NetworkSettings?: {
    /** By `8080/tcp`; null for a port that is exposed and not published. */
    readonly Ports?: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>;
  };
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW?: boolean | undefined;
  }[];
  readonly Config: {
    readonly Image: string;
    readonly Env: readonly string[] | null;
    readonly User: string;
    readonly WorkingDir?: string;
    readonly Entrypoint?: string | readonly string[] | null | undefined;
    readonly Tty: boolean;
    readonly StopSignal?: string;
    readonly StopTimeout?: number | null;
  };
}

/** The engine's zero time. */
const NEVER = '0001-01-01';

/** A name without the slash that the engine puts in front. */
export const plainName = (name: string): string => name.replace(/^\//, '');

/** `docker run --tmpfs` and compose's `tmpfs:` are not among the engine's mounts. */
function mountsOf({ Mounts, HostConfig }: RawInspection): MountPoint[] {
  const mounts = Mounts.map(({ Type, Source, Destination, RW }) => ({
    type: Type,
    source: Source,
    destination: Destination,
    readOnly: RW === false,
  }));
  const tmpfs = Object.keys(HostConfig.Tmpfs ?? {}).map((destination) => {
    return { type: 'tmpfs', source: '', destination, readOnly: false };
  });
  return [...mounts, ...tmpfs];
}

function publishedOf({ NetworkSettings }: RawInspection): PublishedPort[] {
  const ports = Object.entries(NetworkSettings?.Ports ?? {}).flatMap(([port, bindings]) => {
    const [number = '', protocol = ''] = port.split('/');
    return (bindings ?? []).map(({ HostIp, HostPort }) => ({
      containerPort: Number(number),
      protocol,
      hostAddress: HostIp,
      hostPort: Number(HostPort),
    }));
  });
  return ports.sort((a, b) => a.containerPort - b.containerPort);
}

/** The project's view of an inspection. */
export function describeContainer(raw: RawInspection): ContainerInfo {
  const { State, Config, HostConfig } = raw;
  return {
    id: raw.Id,
    name: plainName(raw.Name),
    image: Config.Image,
    imageId: raw.Image,
    running: State.Running && !State.Restarting,
    restarting: State.Restarting,
    isRestarted: ![undefined, '', 'no'].includes(HostConfig.RestartPolicy?.Name),
    paused: State.Paused,
    exitCode: State.ExitCode,
    startedAt: State.StartedAt,
    finishedAt: State.FinishedAt.startsWith(NEVER) ? undefined : State.FinishedAt,
    unhealthy: State.Health?.Status === 'unhealthy' ? (State.Health.Log?.at(-1)?.Output ?? '') : undefined,
    env: Config.Env ?? [],
    user: Config.User,
    workdir: Config.WorkingDir ?? '',
    entrypoint: [Config.Entrypoint ?? []].flat(),
    readOnlyRoot: HostConfig.ReadonlyRootfs === true,
    tty: Config.Tty,
    mounts: mountsOf(raw),
    published: publishedOf(raw),
    stopSignal: Config.StopSignal || 'SIGTERM',
    stopTimeout: Config.StopTimeout ?? undefined,
  };
}
