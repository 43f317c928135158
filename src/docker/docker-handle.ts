import type { Duplex, Readable } from 'node:stream';
import type { RawInspection } from './container-info.js';
import type { RawImage } from './image-info.js';
import type { Modem } from './streamed-request.js';

/** What a handle's container has to offer. */
export interface HandleContainer {
  inspect(): Promise<RawInspection>;
  putArchive(tar: Readable, options: { readonly path: string; readonly abortSignal: AbortSignal }): Promise<unknown>;
  exec(options: {
    readonly Cmd: string[];
    readonly User: string | undefined;
    readonly WorkingDir: string | undefined;
    readonly Privileged: boolean;
    readonly Env: string[] | undefined;
    readonly AttachStdin: boolean;
    readonly AttachStdout: boolean;
    readonly AttachStderr: boolean;
  }): Promise<HandleExec>;
  /** Null where nothing differs; kind 0 is changed, 1 added, 2 removed. */
  changes(): Promise<readonly { readonly Path: string; readonly Kind: number }[] | null>;
  start(): Promise<unknown>;
  kill(options: { readonly signal: string }): Promise<unknown>;
  stop(): Promise<unknown>;
  restart(): Promise<unknown>;
  remove(options: { readonly force: boolean; readonly v: boolean }): Promise<unknown>;
}

/** What a handle's exec has to offer. */
export interface HandleExec {
  start(options: {
    readonly hijack: boolean;
    readonly Detach: boolean;
    readonly Tty: boolean;
    readonly abortSignal: AbortSignal;
  }): Promise<Duplex>;
  inspect(): Promise<{
    readonly Running: boolean;
    readonly ExitCode: number | null;
    readonly Pid: number;
  }>;
}

/**
 * A Dockerode instance, as far as it is used. Its own types are not named, so that an instance of any major fits (3, 4
 * and 5 were tried), whichever types the caller has.
 */
export interface DockerHandle {
  /** `dial` of docker-modem; left open because Dockerode's own types do. */
  readonly modem: Modem;
  info(): Promise<{ readonly ID: string }>;
  version(): Promise<{ readonly Os: string; readonly Arch: string; readonly Version: string }>;
  listContainers(options: { readonly all: boolean; readonly filters: { readonly label: string[] } }): Promise<
    readonly {
      readonly Id: string;
      readonly Names: readonly string[];
      readonly Labels: Readonly<Record<string, string>>;
      readonly State: string;
      readonly ImageID: string;
    }[]
  >;
  getContainer(id: string): HandleContainer;
  createContainer(options: {
    readonly name?: string;
    readonly _query: Record<string, string>;
    readonly _body: object;
  }): Promise<{ readonly id: string }>;
  getImage(name: string): {
    inspect(): Promise<RawImage>;
    remove(options: { readonly force: boolean }): Promise<unknown>;
  };
  listImages(options: {
    readonly filters: { readonly label: string[] };
  }): Promise<readonly { readonly Id: string; readonly RepoTags?: readonly string[] | null | undefined }[]>;
}
