import type { FileSource, Stage } from '../../dockerfile/model.js';
import { suggest } from '../../dockerfile/suggest.js';
import { eachStep } from '../each-step.js';
import type { Place } from '../place.js';
import { type Finding, rule } from '../rule.js';
import type { BuildFiles } from '../subject.js';
import { placeOfFlag, placeOfLines } from '../tokens.js';

/** The stage that a name which is taken for an image was probably meant for. */
function nearStage({ dockerfile, additionalContexts }: BuildFiles, name: string, before: number): string | undefined {
  if (/[/:@.$]/.test(name) || additionalContexts.includes(name)) return undefined;
  const names = dockerfile.stages.slice(0, before).flatMap((stage) => stage.name ?? []);
  return suggest(name.toLowerCase(), names, name.length > 5 ? 2 : 1);
}

const fixedName = (source: FileSource): string[] => (source.kind === 'fixed' ? [source.name] : []);

function findingOf(name: string, near: string | undefined, place: Place): Finding[] {
  if (near === undefined) return [];
  return [
    { message: `${name} is no stage: a build looks for an image of this name.`, hint: `Did you mean ${near}?`, place },
  ];
}

function inBase(files: BuildFiles, { base, index }: Stage): Finding[] {
  const parsed = files.dockerfile.stages[index];
  if (base.kind !== 'image' || parsed === undefined) return [];
  const place = placeOfLines(files, { line: parsed.line, endLine: parsed.line });
  return findingOf(base.ref, nearStage(files, base.ref, index), place);
}

/** Names after FROM and `--from=` that are near to a stage's. */
export const misspeltStage = rule(
  {
    id: 'misspelt-stage',
    severity: 'warning',
    summary: 'A name after FROM or --from is no stage, but nearly one.',
  },
  (files) => [
    ...files.stages.flatMap((stage) => inBase(files, stage)),
    ...eachStep(files.stages).flatMap(({ stage, step }) => {
      const flag = step.kind === 'run' ? '--mount' : '--from';
      const sources =
        step.kind === 'copy' ? [step.from] : step.kind === 'run' ? step.mounts.map(({ from }) => from) : [];
      const place = placeOfFlag(files, step, flag);
      return sources.flatMap(fixedName).flatMap((name) => findingOf(name, nearStage(files, name, stage.index), place));
    }),
  ],
);
