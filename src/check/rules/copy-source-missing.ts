import { isGlob } from '../../plan/glob.js';
import { matchSource } from '../../plan/match-copy.js';
import { type Finding, rule } from '../rule.js';
import { type WrittenSource, writtenSources } from '../sources.js';
import type { ContextFacts } from '../subject.js';

function findingOf({ source, place }: WrittenSource, { all }: ContextFacts): Finding[] {
  const { missing, roots } = matchSource(all, source);
  if (missing) {
    const message = `${source} is not in the build context: a build fails here.`;
    return [{ message, hint: 'Sources are relative to the build context of the service.', place }];
  }
  if (!isGlob(source) || roots.length > 0) return [];
  return [{ severity: 'warning', message: `The pattern ${source} matches nothing in the build context.`, place }];
}

/** Sources of COPY, ADD and bind mounts that are not there. */
export const copySourceMissing = rule(
  {
    id: 'copy-source-missing',
    severity: 'error',
    summary: 'A COPY, an ADD or a bind mount names a source that is not in the build context.',
  },
  (files) => writtenSources(files).flatMap((written) => findingOf(written, files.context)),
);
