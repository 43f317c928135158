import { isGlob } from '../../plan/glob.js';
import { type Finding, rule } from '../rule.js';
import { findIn, type WrittenSource, writtenSources } from '../sources.js';
import type { BuildFiles } from '../subject.js';

/** Whether another source of the same instruction is there: then a pattern that matches nothing is one for what may be. */
const hasOther = (files: BuildFiles, { source, step }: WrittenSource): boolean =>
  step.kind === 'copy' &&
  step.sources.some((other) => other !== source && findIn(files.context.all, files, other).isThere);

function findingOf(files: BuildFiles, written: WrittenSource): Finding[] {
  const { source, place } = written;
  const { isThere, fails } = findIn(files.context.all, files, source);
  if (!fails && (isThere || !isGlob(source) || hasOther(files, written))) return [];
  const message = isGlob(source)
    ? `The pattern ${source} matches nothing in the build context`
    : `${source} is not in the build context`;
  if (!fails) return [{ severity: 'warning', message: `${message}.`, place }];
  const hint = 'Sources are relative to the build context of the service.';
  return [{ message: `${message}: a build fails here.`, hint, place }];
}

/** Sources of COPY, ADD and bind mounts that are not there. */
export const copySourceMissing = rule(
  {
    id: 'copy-source-missing',
    severity: 'error',
    summary: 'A COPY, an ADD or a bind mount names a source that is not in the build context.',
  },
  (files) => writtenSources(files).flatMap((written) => findingOf(files, written)),
);
