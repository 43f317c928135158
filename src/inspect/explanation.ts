import type { Diagnostic } from '../diagnostics.js';
import type { Explanation, StaleStep } from '../plan/explain-change.js';

/** What a change of one path comes to in one service. */
export type PathVerdict =
  /** The build itself changes: the service is built anew. */
  | { readonly kind: 'rebuild'; readonly what: string }
  /** A line of an ignore file leaves it out of the context. */
  | { readonly kind: 'ignored'; readonly file: string; readonly line: number; readonly text: string }
  /** An editor keeps it for itself, and no step names it: watching leaves it out. */
  | { readonly kind: 'scratch' }
  /** Neither a file nor a directory nor a link: a build does not take it. */
  | { readonly kind: 'special' }
  /** No step reads it. */
  | { readonly kind: 'uncovered' }
  | { readonly kind: 'stale'; readonly steps: readonly StaleStep[] };

/** A path, and what its change comes to. */
export interface ExplainedPath {
  /** As the user would name it. */
  readonly shown: string;
  readonly gone: boolean;
  readonly verdict: PathVerdict;
}

/** What the change of one path that the user named comes to; a directory has one entry for each path in it. */
export interface ExplainedArgument {
  readonly shown: string;
  readonly paths: readonly ExplainedPath[];
}

export interface ServiceExplanation {
  readonly service: string;
  /** The Dockerfile, as the user would name it. */
  readonly file: string;
  readonly arguments: readonly ExplainedArgument[];
  /** Of the paths in the context; a rebuild, where there is one, comes first. */
  readonly explanation: Explanation;
  /** Line of the live command. */
  readonly liveLine: number | undefined;
  /** What was taken for granted because nothing could be asked. */
  readonly assumptions: readonly string[];
}

export interface ProjectExplanation {
  /** Those whose build a path has to do with. */
  readonly services: readonly ServiceExplanation[];
  /** Paths that no service's build has to do with. */
  readonly elsewhere: readonly string[];
  /** Paths among the files that the compose project is made of. */
  readonly projectFiles: readonly string[];
  readonly assumptions: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}
