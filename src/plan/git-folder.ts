import type { Step } from '../dockerfile/model.js';
import { EMPTY_TREE } from './context-tree.js';
import { contextSources } from './find-stale.js';

/** True for what git keeps for itself: a commit, a fetch or a new branch changes it, and none of the files that are edited. */
export const isGitFile = (path: string): boolean => path.split('/').includes('.git');

/** Whether a step names a repository's own files: they are wanted then, and not just swept along by `COPY . .`. Pure. */
export const namesGit = (steps: readonly Step[]): boolean =>
  steps.some((step) => contextSources(EMPTY_TREE, step).some(({ source }) => isGitFile(source)));
