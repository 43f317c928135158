import type { AdditionalFolder } from '../compose/build-target.js';
import type { Stage, Step } from '../dockerfile/model.js';
import { neededStages } from '../dockerfile/needed.js';
import { cleanSource } from '../plan/follow-links.js';
import { fromNames } from './base-services.js';

/** A folder that steps read as an additional context. */
export interface ReadFolder {
  readonly folder: AdditionalFolder;
  /** Reads of a build context all that the build reads of the folder: what is asked of a step can be asked of it. */
  readonly step: Step;
}

/**
 * The folders that a stage is built from which the last one needs, or that its steps name. Pure.
 *
 * @param stages all up to the final one
 */
export function readFolders(folders: readonly AdditionalFolder[], stages: readonly Stage[]): ReadFolder[] {
  const needed = neededStages(stages, undefined);
  const built = stages.filter(({ index }) => needed.has(index));
  return folders.flatMap((folder) => {
    const sources = built.flatMap((stage) => sourcesOf(stage, folder.name));
    return sources.length > 0 ? [{ folder, step: stepOf(sources) }] : [];
  });
}

function sourcesOf({ base, steps }: Stage, name: string): string[] {
  const isBase = base.kind === 'image' && base.ref === name;
  return [...(isBase ? ['.'] : []), ...steps.flatMap((step) => sourcesIn(step, name))];
}

function sourcesIn(step: Step, name: string): readonly string[] {
  switch (step.kind) {
    case 'copy':
      return step.from.kind === 'fixed' && step.from.name === name ? step.sources : [];
    case 'run':
      return step.mounts.flatMap(({ from, source }) =>
        from.kind === 'fixed' && from.name === name ? [cleanSource(source ?? '/')] : [],
      );
    case 'unreplayable':
      // what it reads of it is not known
      return fromNames(step.text).includes(name) ? ['.'] : [];
    case 'workdir':
    case 'config':
      return [];
  }
}

const stepOf = (sources: readonly string[]): Step => ({
  kind: 'unreplayable',
  reason: 'it reads an additional context',
  sources,
  ...{ index: 0, line: 0, endLine: 0, text: '', afterLive: false },
  state: { workdir: '/', env: {}, args: {}, user: '', shell: [] },
});
