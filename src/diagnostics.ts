/** A place in a text file; lines and columns count from 1, the end is exclusive. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export type Severity = 'error' | 'warning' | 'note';

/** A fault or a surprise in one of the user's files. Never thrown: all of a file are returned at once. */
export interface Diagnostic {
  /** Stable kebab-case id, such as `unknown-directive`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence. */
  readonly message: string;
  /** What to do about it, in one sentence. */
  readonly hint?: string;
  /** Path as the user would name it. */
  readonly file?: string;
  readonly range?: Range;
  /** The service that it is about, where it was found for one. */
  readonly service?: string;
  /** Further lines, such as the last ones that a program printed. */
  readonly details?: readonly string[];
}

/** `file:line:column`, as far as it is known; empty when nothing is. */
export function placeOf({ file, range }: Pick<Diagnostic, 'file' | 'range'>): string {
  return [file, range?.line, range?.column].filter((part) => part !== undefined).join(':');
}
