import type { Surroundings } from '../docker/surroundings.js';

/** Images that are built when one of them is first needed. */
export interface LateImages {
  /** False: they will be built from the context as it is by then. */
  readonly areThere: boolean;
  /** False: nothing in them comes of the context, and it does not matter when they are built. */
  readonly readsContext: boolean;
  /** True for an image that is one of them. */
  includes(image: string): boolean;
  /** Builds them unless they are there. Throws `build-failed`; the next call tries again. */
  make(): Promise<void>;
}

/** Images that a session has of a service's live Dockerfile, besides the one that runs. */
export interface SessionImages {
  /** Image of each kept stage that is not the final one, by its number. */
  readonly stages: ReadonlyMap<number, string>;
  /** Images of the layers below a step, by `lowerKey`. */
  readonly lower: ReadonlyMap<string, string>;
  /** Those of `stages` and `lower` that are not there; left out, all are. */
  readonly late?: LateImages;
  /** Labels of whatever is created in the engine for the service. */
  readonly labels: Readonly<Record<string, string>>;
  /** Image of the final stage, for its build container; left out, its steps run in the containers themselves. */
  readonly final?: string | undefined;
  /** What the service's build is given; a build's defaults when left out. */
  readonly surroundings?: Surroundings;
}

/** Key of the layers that the steps of a stage before `before` leave. */
export const lowerKey = (stage: number, before: number): string => `${stage}.${before}`;
