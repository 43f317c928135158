import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Where compose's builds put their own files (bake writes what it built, and fails where it cannot): the folder of an
 * override file where that for temporary files is not there. Nothing else is changed.
 */
export function temporaryFolder(env: NodeJS.ProcessEnv, [override]: readonly string[]): { readonly TMPDIR?: string } {
  if (override === undefined || isFolder(env.TMPDIR || '/tmp')) return {};
  return { TMPDIR: dirname(override) };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
