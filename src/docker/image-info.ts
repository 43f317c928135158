import type { ImageInfo } from './engine.js';

/** Fields that are empty are left out or null in the engine's answer, and not all are in dockerode's types. */
export interface RawImage {
  readonly Id: string;
  readonly RootFS?: { readonly Layers?: readonly string[] | null | undefined };
  readonly Config?: {
    readonly Env?: readonly string[] | null;
    readonly WorkingDir?: string;
    readonly User?: string;
    readonly Shell?: readonly string[] | null;
    readonly OnBuild?: readonly string[] | null | undefined;
    readonly Entrypoint?: string | readonly string[] | null | undefined;
    readonly Cmd?: readonly string[] | null;
    readonly StopSignal?: string | undefined;
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
}

/** The project's view of an image inspection. */
export const describeImage = ({ Id, RootFS, Config = {} }: RawImage): ImageInfo => ({
  id: Id,
  env: Config.Env ?? [],
  workdir: Config.WorkingDir ?? '',
  user: Config.User ?? '',
  shell: Config.Shell ?? [],
  onBuild: Config.OnBuild ?? [],
  entrypoint: [Config.Entrypoint ?? []].flat(),
  command: Config.Cmd ?? [],
  stopSignal: Config.StopSignal ?? '',
  layers: RootFS?.Layers ?? [],
  labels: Config.Labels ?? {},
});
