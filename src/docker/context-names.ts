import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The names of the Docker CLI's contexts, by name. What cannot be read is left out; throws nothing. */
export async function contextNames(env: NodeJS.ProcessEnv, homedir: string): Promise<string[]> {
  const folder = join(env.DOCKER_CONFIG || join(homedir, '.docker'), 'contexts', 'meta');
  const ids = await readdir(folder).catch((): string[] => []);
  const names = await Promise.all(ids.map((id) => nameIn(join(folder, id, 'meta.json'))));
  return ['default', ...names.flatMap((name) => name ?? []).sort()];
}

async function nameIn(file: string): Promise<string | undefined> {
  try {
    const { Name } = JSON.parse(await readFile(file, 'utf8'));
    return typeof Name === 'string' ? Name : undefined;
  } catch {
    return undefined;
  }
}
