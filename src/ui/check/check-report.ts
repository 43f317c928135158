import type { Diagnostic, Severity } from '../../diagnostics.js';

/** What is said of a rule in reports. */
export interface RuleText {
  readonly id: string;
  readonly severity: Severity;
  readonly summary: string;
}

/** A finished check, as the formats show it. */
export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly services: readonly string[];
  /** Texts of the files that diagnostics are about, by their names. */
  readonly texts: ReadonlyMap<string, string>;
  readonly rules: readonly RuleText[];
  /** What a user types to call the program. */
  readonly program: string;
}

/** How many there are of each severity. */
export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

/** Counts diagnostics by severity. */
export function countBySeverity(diagnostics: readonly Diagnostic[]): Counts {
  const count = (wanted: Severity): number => diagnostics.filter(({ severity }) => severity === wanted).length;
  return { errors: count('error'), warnings: count('warning'), notes: count('note') };
}

/** The command that prints the page about a code; undefined for a code without one. */
export const helpOf = ({ rules, program }: Pick<CheckResult, 'rules' | 'program'>, code: string): string | undefined =>
  rules.some(({ id }) => id === code) ? `${program} check --explain ${code}` : undefined;
