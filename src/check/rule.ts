import type { Diagnostic, Severity } from '../diagnostics.js';
import type { Place } from './place.js';
import type { Subject } from './subject.js';

/** What a rule found. */
export interface Finding {
  readonly message: string;
  readonly hint?: string;
  /** The rule's own when left out. */
  readonly severity?: Severity;
  readonly place: Place | undefined;
}

/** What a reader of a report wants to know of a rule. */
export interface RuleInfo {
  /** The code of its diagnostics, and the name of its page in `docs/rules/`. */
  readonly id: string;
  /** The gravest that it gives. */
  readonly severity: Severity;
  /** One sentence: what it reports. */
  readonly summary: string;
}

/** A rule looks at one service at a time. Pure: all that it may look at is in the subject. */
export interface Rule extends RuleInfo {
  readonly find: (subject: Subject) => readonly Diagnostic[];
}

/** A rule that judges what a build would be made of; a service whose files cannot be read has nothing for it. */
export function rule(
  info: RuleInfo,
  find: (files: NonNullable<Subject['files']>, subject: Subject) => readonly Finding[],
): Rule {
  const toDiagnostic = ({ message, hint, severity, place }: Finding): Diagnostic => ({
    code: info.id,
    severity: severity ?? info.severity,
    message,
    ...(hint !== undefined && { hint }),
    ...place,
  });
  return {
    ...info,
    find: (subject) => (subject.files === undefined ? [] : find(subject.files, subject).map(toDiagnostic)),
  };
}

/** A rule whose diagnostics were made where the files were read: it hands on those with its code. */
export function readingRule(info: RuleInfo): Rule {
  return { ...info, find: ({ reported }) => reported.filter(({ code }) => code === info.id) };
}
