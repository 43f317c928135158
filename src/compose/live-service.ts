import type { ParsedDockerfile } from '../dockerfile/model.js';
import type { BuildSpec } from './build-spec.js';
import type { HelperKind } from './image-names.js';

/** An external image whose configuration is wanted. */
export interface BaseImage {
  /** As FROM takes it, expanded: an image or an entry of `additional_contexts`. */
  readonly ref: string;
  readonly platform?: string | undefined;
}

/** One built service, and what is to be built for it. */
export interface LiveService {
  readonly service: string;
  /** The service's `platform`. */
  readonly platform: string | undefined;
  readonly spec: BuildSpec;
  /** The live Dockerfile; for a service without directives its Dockerfile. */
  readonly dockerfile: ParsedDockerfile;
  /** The service has directives: it gets the live Dockerfile, in an image with a name of its own. */
  readonly live: boolean;
  /** For a live service: the stage to build, or undefined for the last one. */
  readonly target: string | undefined;
  /** There is a live command: it wins over the service's `command`. */
  readonly liveCommand: boolean;
  /** Text of `<Dockerfile>.dockerignore`; undefined where the context's `.dockerignore` counts, or none. */
  readonly ownIgnoreText: string | undefined;
  /** Numbers of the stages that an image of their own is wanted of. */
  readonly stages: readonly number[];
  readonly bases: readonly BaseImage[];
  /** Last lines of the Dockerfile up to which images of their own are wanted: what the layers hold at that point. */
  readonly lower: readonly number[];
  /** What all steps of the build read of its context, as they name it. */
  readonly sources: readonly string[];
  /** See `sharedImageOf`. */
  readonly sharedImage: string | undefined;
}

/** A service of the build override that never runs: it builds an image beside that of the service. */
export interface HelperBuild {
  /** Its own name in the build override. */
  readonly name: string;
  /** The service it is for. */
  readonly service: string;
  /** `shared` is the user's own image of a live service, built as it always is for others that run it. */
  readonly kind: HelperKind | 'shared';
  /** Stage number, or place in `bases` or `lower`; 0 for `shared`. */
  readonly index: number;
  readonly image: string;
}
