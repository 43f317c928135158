/** One thing done to a folder. A path's parents are made as they are needed, in the place of whatever stands there. */
export type Change =
  | { readonly do: 'write'; readonly path: string; readonly text: string; readonly mode: number }
  /** The same, as an editor does it that writes a new file and renames it. */
  | { readonly do: 'replace'; readonly path: string; readonly text: string; readonly mode: number }
  /** A tar archive of files with this text, at these paths in it. */
  | { readonly do: 'archive'; readonly path: string; readonly members: readonly string[]; readonly text: string }
  | { readonly do: 'mkdir'; readonly path: string; readonly mode: number }
  | { readonly do: 'link'; readonly path: string; readonly target: string }
  | { readonly do: 'remove'; readonly path: string }
  | { readonly do: 'rename'; readonly path: string; readonly to: string }
  | { readonly do: 'chmod'; readonly path: string; readonly mode: number };

/** What a RUN step does with one of the areas (top directories) that are filled before it. */
export type RunKind =
  | 'lower'
  | 'alias'
  | 'state'
  | 'script'
  | 'exec'
  | 'user'
  | 'sums'
  | 'clone'
  | 'slow'
  | 'judge'
  | 'rights'
  | 'owner'
  | 'prune'
  | 'moved'
  | 'times'
  | 'daemon';

interface CopyFlags {
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  readonly link: boolean;
}

/** A step as it is drawn. What cannot stand where it stands is left out when the Dockerfile is written. */
export type Draft =
  | { readonly kind: 'workdir'; readonly path: string }
  | (CopyFlags & {
      readonly kind: 'copy';
      readonly sources: readonly string[];
      readonly destination: string;
      readonly add: boolean;
      readonly directive: boolean;
    })
  | (CopyFlags & {
      readonly kind: 'copy-stage';
      /** Counted among the stages before. */
      readonly stage: number;
      /** Counted among the areas that the stage has. */
      readonly area: number;
      /** Goes behind the area: nothing, or a name or pattern in it. */
      readonly below: string;
      readonly destination: string;
      readonly directive: boolean;
    })
  | {
      readonly kind: 'run';
      readonly what: RunKind;
      readonly area: number;
      /** Number of the directory that it writes to. */
      readonly output: number;
      readonly directive: boolean;
    }
  /** A copy of one file, a step that works on it, then a copy of the rest over it. */
  | { readonly kind: 'install'; readonly area: number }
  /** Files whose text is in the Dockerfile. */
  | { readonly kind: 'inline'; readonly destination: string }
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'env'; readonly value: string; readonly directive: boolean }
  | { readonly kind: 'arg'; readonly value: string }
  | { readonly kind: 'live' };

export interface StageDraft {
  /** 0 for the base image, otherwise counted among the stages before. */
  readonly from: number;
  readonly steps: readonly Draft[];
}

/** Edits that are made at once. */
export interface Burst {
  readonly changes: readonly Change[];
  /** The last half of them is made so many milliseconds after the push of the first half has begun. */
  readonly interrupts: number | undefined;
  /**
   * So many milliseconds after them comes an edit that a step at the end fails at: what runs is cancelled, and the push of it
   * fails. It is taken back then.
   */
  readonly spoils: number | undefined;
}

/** Something of the user's that is mounted into the container; nothing a step does may come near it. */
export interface MountDraft {
  readonly kind: 'bind' | 'volume' | 'tmpfs';
  readonly target: string;
}

/** A project with one service, and what is done to its context while it runs. */
export interface FuzzCase {
  readonly ignore: readonly string[];
  readonly stages: readonly StageDraft[];
  readonly tree: readonly Change[];
  /** Each has to be live before the next one. */
  readonly bursts: readonly Burst[];
  readonly replicas: number;
  readonly mounts: readonly MountDraft[];
  /** What the service may not do, or whom it runs as. */
  readonly hardening: 'none' | 'capabilities' | 'user' | 'read-only';
  /** Value of the build argument V; its default counts when undefined. */
  readonly argument: string | undefined;
  /** There is a stage behind the one that is wanted. */
  readonly trailing: boolean;
  /** The Dockerfile's text, in the place of `stages`. */
  readonly verbatim?: string;
}
