import { readFile } from 'node:fs/promises';
import type { BuildSpec } from '../compose/build-spec.js';

/**
 * Reads a secret that a build is given, from its file or its variable; undefined when it has none of that name.
 *
 * @param lookUp what compose makes of a variable that the environment does not have: env files may
 */
export async function readSecret(
  { secrets }: BuildSpec,
  id: string,
  { env, lookUp }: { env: Readonly<Record<string, string | undefined>>; lookUp: (name: string) => Promise<string> },
): Promise<Buffer | undefined> {
  const secret = secrets.find((given) => given.id === id);
  if (secret?.file !== undefined) return readFile(secret.file);
  if (secret?.environment === undefined) return undefined;
  const value = env[secret.environment] ?? ((await lookUp(secret.environment)) || undefined);
  return value === undefined ? undefined : Buffer.from(value);
}
