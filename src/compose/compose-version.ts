import { LivepushError } from '../errors.js';

const oldest = { major: 2, minor: 24 };
const hint = `Install the docker command with its compose plugin, version ${oldest.major}.${oldest.minor} or later.`;

/** The error of a machine without a compose that can be used. */
export const composeMissing = (message: string, cause?: unknown): LivepushError =>
  new LivepushError('compose-missing', message, { hint, cause });

/** Major and minor number; undefined for a build of one's own, which may call itself anything. */
function numbersOf(version: string): { readonly major: number; readonly minor: number } | undefined {
  const found = /^v?(\d+)\.(\d+)/.exec(version.trim());
  return found === null ? undefined : { major: Number(found[1]), minor: Number(found[2]) };
}

const isBefore = (version: string, { major, minor }: { major: number; minor: number }): boolean => {
  const found = numbersOf(version);
  return found !== undefined && (found.major < major || (found.major === major && found.minor < minor));
};

/** True from 2.30 on: before, compose passes over `post_start` and `pre_stop`, or refuses them. */
export const runsHooks = (version: string): boolean => !isBefore(version, { major: 2, minor: 30 });

/** Throws `compose-missing` for a version before 2.24, the first that knows `!reset` well enough. */
export function checkComposeVersion(version: string): void {
  if (isBefore(version, oldest)) throw composeMissing(`Compose ${version.trim()} is too old.`);
}
