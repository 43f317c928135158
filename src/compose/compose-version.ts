import { LivepushError } from '../errors.js';

const oldest = { major: 2, minor: 24 };
const hint = `Install the docker command with its compose plugin, version ${oldest.major}.${oldest.minor} or later.`;

/** The error of a machine without a compose that can be used. */
export const composeMissing = (message: string, cause?: unknown): LivepushError =>
  new LivepushError('compose-missing', message, { hint, cause });

/** Throws `compose-missing` for a version before 2.24, the first that knows `!reset` well enough. */
export function checkComposeVersion(version: string): void {
  const found = /^v?(\d+)\.(\d+)/.exec(version.trim());
  // A build of one's own may call itself anything.
  if (found === null) return;
  const [major, minor] = [Number(found[1]), Number(found[2])];
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return;
  throw composeMissing(`Compose ${version.trim()} is too old.`);
}
