import { isGlob } from '../../plan/glob.js';
import { matchSource } from '../../plan/match-copy.js';
import { type Finding, rule } from '../rule.js';
import { type WrittenSource, writtenSources } from '../sources.js';
import type { ContextFacts } from '../subject.js';

function findingOf({ source, place }: WrittenSource, { all, sent, ignoreFile }: ContextFacts): Finding[] {
  const [there, left] = [matchSource(all, source), matchSource(sent, source)];
  const isThere = !there.missing && there.roots.length > 0;
  if (!isThere || ignoreFile === undefined || (!left.missing && left.roots.length > 0)) return [];
  const hint = `Take it back in with a line !${source} at the end of ${ignoreFile}, or do not copy it.`;
  if (left.missing) return [{ message: `${ignoreFile} leaves out ${source}: a build fails here.`, hint, place }];
  const what = isGlob(source) ? `all that ${source} matches` : source;
  return [{ severity: 'warning', message: `${ignoreFile} leaves out ${what}: nothing is copied.`, hint, place }];
}

/** Sources that are there, but are not sent to a build. */
export const copySourceIgnored = rule(
  {
    id: 'copy-source-ignored',
    severity: 'error',
    summary: 'The ignore file leaves out what a COPY, an ADD or a bind mount names.',
  },
  (files) => writtenSources(files).flatMap((written) => findingOf(written, files.context)),
);
