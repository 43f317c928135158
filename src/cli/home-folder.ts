import { userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

/** The root: where nobody has a home, as in a container under a user number that nothing names. */
const NONE = '/';

/**
 * The user's home folder by the Docker CLI's rule: `HOME`, unless it is empty, else what the system says of the user. Never
 * throws, and always absolute; whether it is there, or may be written, is for those to find out who use it.
 */
export function homeFolder(env: Readonly<Record<string, string | undefined>>, ofUser = folderOfUser): string {
  const { HOME, USERPROFILE } = env;
  const named = process.platform === 'win32' ? USERPROFILE : HOME;
  if (named && isAbsolute(named)) return named;
  const found = ofUser();
  return found && isAbsolute(found) ? found : NONE;
}

function folderOfUser(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined;
  }
}
