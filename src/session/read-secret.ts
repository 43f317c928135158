import { readFile } from 'node:fs/promises';
import type { BuildSpec } from '../compose/build-spec.js';

/** Reads a secret that a build is given, from its file or its variable; undefined when it has none of that name. */
export async function readSecret(
  { secrets }: BuildSpec,
  id: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Buffer | undefined> {
  const secret = secrets.find((given) => given.id === id);
  if (secret?.file !== undefined) return readFile(secret.file);
  const value = secret?.environment === undefined ? undefined : env[secret.environment];
  return value === undefined ? undefined : Buffer.from(value);
}
