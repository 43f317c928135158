import type { Diagnostic } from '../diagnostics.js';
import { rules } from './rules.js';
import { serviceIgnores } from './service-ignores.js';
import type { Subject } from './subject.js';
import { isSuppressed, readSuppressions } from './suppression.js';

const ids = new Set(rules.map(({ id }) => id));

/** All that the rules find in a service, but for what its files say to ignore. */
export function checkService(subject: Subject): Diagnostic[] {
  const { service, reported, files } = subject;
  const ignored = new Set(serviceIgnores(service.livepush).ids);
  const suppressions = files === undefined ? [] : readSuppressions(files.lines);
  const unruled = reported.filter(({ code }) => !ids.has(code));
  const found = [...rules.flatMap((each) => each.find(subject)), ...unruled];
  const isInDockerfile = ({ file }: Diagnostic): boolean => file === files?.dockerfile.file;
  return found
    .filter(({ code }) => !ignored.has(code))
    .filter((diagnostic) => !(isInDockerfile(diagnostic) && isSuppressed(diagnostic, suppressions)))
    .map((diagnostic) => ({ ...diagnostic, service: service.name }));
}

const keyOf = ({ code, severity, message, file, range }: Diagnostic): string =>
  JSON.stringify([code, severity, message, file, range]);

/** The diagnostics in the order of files and lines. What several services have in common is told once, for the first. */
export function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const unique = [...new Map([...diagnostics].reverse().map((each) => [keyOf(each), each])).values()].reverse();
  return unique.sort(
    (a, b) =>
      (a.file ?? '').localeCompare(b.file ?? '', 'en') ||
      (a.range?.line ?? 0) - (b.range?.line ?? 0) ||
      (a.range?.column ?? 0) - (b.range?.column ?? 0),
  );
}
