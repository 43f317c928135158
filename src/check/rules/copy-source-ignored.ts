import { isGlob } from '../../plan/glob.js';
import { type Finding, rule } from '../rule.js';
import { findIn, type WrittenSource, writtenSources } from '../sources.js';
import type { BuildFiles } from '../subject.js';

function findingOf(files: BuildFiles, { source, place }: WrittenSource): Finding[] {
  const { all, sent, ignoreFile } = files.context;
  const [there, left] = [findIn(all, files, source), findIn(sent, files, source)];
  if (there.fails || !there.isThere || ignoreFile === undefined || (!left.fails && left.isThere)) return [];
  const hint = `Take it back in with a line !${source} at the end of ${ignoreFile}, or do not copy it.`;
  const what = isGlob(source) ? `all that ${source} matches` : source;
  if (left.fails) return [{ message: `${ignoreFile} leaves out ${what}: a build fails here.`, hint, place }];
  return [{ severity: 'warning', message: `${ignoreFile} leaves out ${what}: nothing is copied.`, hint, place }];
}

/** Sources that are there, but are not sent to a build. */
export const copySourceIgnored = rule(
  {
    id: 'copy-source-ignored',
    severity: 'error',
    summary: 'The ignore file leaves out what a COPY, an ADD or a bind mount names.',
  },
  (files) => writtenSources(files).flatMap((written) => findingOf(files, written)),
);
