import { posix } from 'node:path';

/** An absolute, clean path in an image, without a slash at its end: `path` as seen from `workdir`. */
export function resolvePath(workdir: string, path: string): string {
  return posix.resolve('/', workdir, path);
}

/** Whether a COPY destination is written as a directory: with a slash or a lone dot at its end, or as nothing. */
export const isWrittenAsDirectory = (path: string): boolean => path === '' || /(^|\/)\.?$/.test(path);
