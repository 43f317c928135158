/** What a service is doing. Times are milliseconds of the display's clock. */
export type Phase =
  | { readonly kind: 'building'; readonly since: number; readonly step: string | undefined }
  | { readonly kind: 'starting'; readonly since: number }
  | { readonly kind: 'live' }
  | { readonly kind: 'up' }
  /**
   * The container has ended: `fault` is what there is to say of it, if it did so with an error. While it `loops`, with the
   * engine starting it again and again, what it prints does not say that it runs.
   */
  | {
      readonly kind: 'ended';
      readonly before: 'live' | 'up';
      readonly fault: string | undefined;
      readonly loops: boolean;
    }
  | { readonly kind: 'pushing'; readonly since: number; readonly transfer: Transfer | undefined }
  | { readonly kind: 'running'; readonly since: number; readonly command: string; readonly inContainers: number }
  | { readonly kind: 'restarting'; readonly since: number }
  | { readonly kind: 'failed' }
  | { readonly kind: 'lost'; readonly reason: string };

/** How much of a large transfer has arrived, in bytes. */
export interface Transfer {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** What went wrong and is not mended yet. */
export interface Failure {
  /** Such as `$ npm test` or `build`. */
  readonly what: string;
  /** Such as `exit code 2`. */
  readonly how: string;
  /** The last lines of output, oldest first. */
  readonly tail: readonly string[];
}

/** A push or a rebuild, from its start on. */
export interface PushRecord {
  /** Its number; undefined for a rebuild. */
  readonly push: number | undefined;
  readonly startedAt: number;
  /** What it is about: `src/app.js +2`. */
  readonly about: string;
  /** When the last of its events came. */
  readonly lastAt: number;
  readonly restartMs: number | undefined;
  readonly end: string | undefined;
  /** One line for each thing it did. */
  readonly details: readonly string[];
}

/** A service as the display knows it. */
export interface ServiceState {
  readonly name: string;
  readonly phase: Phase;
  readonly liveCommand: string | undefined;
  readonly urls: readonly string[];
  readonly replicas: number;
  /** Last lines of the build or command that runs, oldest first. */
  readonly tail: readonly string[];
  /** The last of them. */
  readonly push: PushRecord | undefined;
  /** Trouble that the push or build that runs has met so far. */
  readonly trouble: Failure | undefined;
  readonly failure: Failure | undefined;
}

/** All that is on the screen, but for the lines that scroll. */
export interface TtyState {
  /** In the order in which they were first heard of. */
  readonly services: ReadonlyMap<string, ServiceState>;
  /** The service of the last push or rebuild. */
  readonly lastPushed: string | undefined;
  /** False: nobody reads keys, so none are offered. */
  readonly keys: boolean;
  readonly logs: boolean;
  readonly details: boolean;
  readonly paused: boolean;
  readonly stopping: boolean;
  /** The digits typed so far while a service is being chosen. */
  readonly choosing: string | undefined;
}

/** The screen before the first event. */
export const initialState: TtyState = {
  services: new Map(),
  lastPushed: undefined,
  keys: false,
  logs: true,
  details: false,
  paused: false,
  stopping: false,
  choosing: undefined,
};

/** A service of which nothing is known but its name. */
export const newService = (name: string): ServiceState => ({
  name,
  phase: { kind: 'up' },
  liveCommand: undefined,
  urls: [],
  replicas: 1,
  tail: [],
  push: undefined,
  trouble: undefined,
  failure: undefined,
});

/** Whether something is under way whose time is shown. */
export const isBusy = ({ phase }: ServiceState): boolean => 'since' in phase;
