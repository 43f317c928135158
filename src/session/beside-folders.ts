import { posix } from 'node:path';
import type { AdditionalFolder } from '../compose/build-target.js';
import { shownPath } from '../compose/build-target.js';
import type { Stage, Step } from '../dockerfile/model.js';
import { neededStages } from '../dockerfile/needed.js';
import { readFolders } from './additional-folders.js';
import type { BaseService } from './base-services.js';

/** A folder that a service is built from besides its own build context. */
export interface BesideFolder {
  /** Absolute path. */
  readonly context: string;
  /** The rules of the ignore file that counts there. */
  readonly ignoreText: string | undefined;
  /** What they read of it as a build context is what the build reads. */
  readonly steps: readonly Step[];
  /** Why the service has to be built anew after an edit of a file in it. */
  readonly reason: (path: string) => string;
}

interface Built {
  readonly additionalFolders: readonly AdditionalFolder[];
  /** Up to the one that runs. */
  readonly stages: readonly Stage[];
  readonly baseServices: readonly BaseService[];
}

/** The folders beside the build context that a service is built from, its base services' with them. Pure. */
export function besideFolders({ additionalFolders, stages, baseServices }: Built, cwd: string): BesideFolder[] {
  return [...additional(additionalFolders, stages), ...baseServices.flatMap((base) => ofBase(base, cwd))];
}

const additional = (folders: readonly AdditionalFolder[], stages: readonly Stage[]): BesideFolder[] =>
  readFolders(folders, stages).map(({ folder, step }) => ({
    ...{ context: folder.folder, ignoreText: folder.ignoreText, steps: [step] },
    reason: (path) => `${posix.join(folder.shown, path)} of the additional context ${folder.name} changed`,
  }));

function ofBase({ name, built }: BaseService, cwd: string): BesideFolder[] {
  if (!built) return [];
  const { build, stages } = built;
  const { context } = build.spec;
  const needed = neededStages(stages, undefined);
  const steps = stages.filter(({ index }) => needed.has(index)).flatMap((stage) => stage.steps);
  const suffix = `, of service ${name} that it is built from`;
  const own: BesideFolder = {
    ...{ context, ignoreText: build.ignoreText, steps },
    reason: (path) => `${posix.join(shownPath(context, cwd), path)}${suffix}, changed`,
  };
  const others = additional(build.additionalFolders, stages);
  return [own, ...others.map((each) => ({ ...each, reason: (path: string) => `${each.reason(path)}${suffix}` }))];
}
