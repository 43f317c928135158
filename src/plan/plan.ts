import type { Diagnostic } from '../diagnostics.js';
import type { CopyStep, RunStep, Stage, Step, WorkdirStep } from '../dockerfile/model.js';
import type { Beneath, StageLayer } from './beneath.js';
import type { ContextEntry } from './context-tree.js';
import type { Placement } from './copy-map.js';

/** A changed path of the context, as one stage has (not) seen it yet. */
export interface PendingChange {
  /** First step that has not been replayed with it. */
  readonly since: number;
  /** What stood there since the stage was last up to date. */
  readonly was: readonly ContextEntry[];
}

/** The earliest step that has to be replayed whatever changed: it failed, or was cancelled. */
export interface DirtyStep {
  /** Index of the step; that after the last one when only a restart is owed. */
  readonly from: number;
  /** Operations in front of it were carried out already, so that copies have to write everything. */
  readonly full: boolean;
  /** The step for which the main process has still to be restarted, wherever the next push starts. */
  readonly restart: Step | undefined;
}

/** A mount of the final container: no removal goes over one, and nothing is written below one that hides the image (`bind`). */
export interface MountedPath {
  readonly destination: string;
  readonly bind: boolean;
}

/** A stage that is kept up to date, and what it has not seen yet. */
export interface StageInput {
  /** Names the container: replicas of a service are several inputs with the same (final) stage. */
  readonly target: string;
  readonly stage: Stage;
  readonly final: boolean;
  readonly dirty: DirtyStep | undefined;
  readonly pending: ReadonlyMap<string, PendingChange>;
  readonly mounts: readonly MountedPath[];
  /** Files go into a container that has stopped as well; removing one takes a running container. */
  readonly running: boolean;
}

/** Why a stage is replayed from a step on. */
export type StaleCause =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'stage'; readonly stage: number }
  | { readonly kind: 'dirty' };

export interface StaleStage {
  readonly input: StageInput;
  /** Index of the step; that after the last one when only a restart is owed. */
  readonly from: number;
  readonly cause: StaleCause;
}

/** A directory that no step copies, with the step that makes it: a COPY on the way to its destination, or a WORKDIR. */
export interface ImpliedDirectory {
  /** Absolute path in the container. */
  readonly path: string;
  readonly step: CopyStep | WorkdirStep;
  /** As `--chown` or USER name it, or undefined for root. */
  readonly owner: string | undefined;
  /** Undefined where it is as it was before. */
  readonly mode: number | undefined;
}

export type FilesOperation = Extract<Operation, { kind: 'files' }>;

/** One thing to do in one container. Every operation carries the step that it is for. */
export type Operation =
  | {
      readonly kind: 'files';
      /** The first step that is brought up to date; each placement names its own. */
      readonly step: CopyStep;
      /** Paths that no step of the segment places any more: what the layers below hold comes back. Each one by itself. */
      readonly uncover: readonly string[];
      /** Directories that a step made for what it does not copy any more, innermost first: they go where nothing else has them. */
      readonly prune: readonly string[];
      readonly writes: readonly Placement[];
      /** Destinations of writes that no edit has changed: a RUN that is replayed before may have. */
      readonly unchanged: ReadonlySet<string>;
      /** A RUN that comes next may have changed these when it ran before: written where the container differs. */
      readonly verify: readonly Placement[];
      /** These have another maker than before, which decides whose they are, and their mode. */
      readonly implied: readonly ImpliedDirectory[];
      /** What comes back there. */
      readonly beneath: Beneath;
    }
  | {
      readonly kind: 'unpack';
      readonly step: CopyStep;
      readonly source: string;
      readonly destination: string;
      /** Absolute paths that the archive holds. */
      readonly members: readonly string[];
    }
  | {
      readonly kind: 'copy-stage';
      readonly step: CopyStep;
      readonly layer: StageLayer;
      /** Steps before it may have changed its files: write all, not only what differs from the last time. */
      readonly full: boolean;
    }
  | { readonly kind: 'run'; readonly step: RunStep };

export interface StagePlan {
  readonly target: string;
  readonly stage: Stage;
  readonly final: boolean;
  readonly from: Step;
  readonly cause: StaleCause;
  readonly operations: readonly Operation[];
  /** The step that asks for a restart of the main process, once all else is done. */
  readonly restart: Step | undefined;
}

/** What a change set comes to. */
export type Plan =
  /** `underMounts`: mounts show already all that was edited. */
  | { readonly kind: 'nothing'; readonly underMounts?: boolean }
  /** Replay in the running containers, stage by stage. */
  | { readonly kind: 'replay'; readonly stages: readonly StagePlan[] }
  /** Replaying cannot do it: build the service anew. */
  | {
      readonly kind: 'rebuild';
      readonly reason: string;
      readonly step: Step | undefined;
      /** It could be done if the container ran. */
      readonly needsRunning?: boolean;
    }
  /** A clean build of the context as it is would fail. */
  | { readonly kind: 'fault'; readonly diagnostics: readonly Diagnostic[] };
