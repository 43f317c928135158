import { posix } from 'node:path';
import { hasOption, type ShellWord } from './shell-command.js';

/** What `set` has switched on so far. Belongs to one reading of a script. */
export interface ShellOptions {
  /** `set -e` is in force. */
  errexit: boolean;
  pipefail: boolean;
}

/** Takes over what `set` says. */
export function readSet(options: ShellOptions, args: readonly ShellWord[]): void {
  const texts = args.map(({ text }) => text);
  if (hasOption({ args }, '-e') || (texts.includes('-o') && texts.includes('errexit'))) options.errexit = true;
  if (texts.some((text) => /^\+\w*e/.test(text))) options.errexit = false;
  if (texts.includes('pipefail') && !texts.includes('+o')) options.pipefail = true;
}

/** The folder after `cd`; undefined where it cannot be told. */
export function changedFolder(folder: string | undefined, args: readonly ShellWord[]): string | undefined {
  const to = args.find(({ text }) => !text.startsWith('-'));
  if (to === undefined || !to.literal || to.text.startsWith('~')) return undefined;
  if (to.text.startsWith('/')) return posix.normalize(to.text);
  return folder === undefined ? undefined : posix.resolve(folder, to.text);
}
