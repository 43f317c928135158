import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Container } from '../../docker/engine.js';
import { LivepushError } from '../../errors.js';

/**
 * What a command prints for many paths, handed to it by `xargs` as they come: a shell reads its input byte by byte.
 * Undefined where the container cannot do it. A path that the command fails at is missing.
 */
export async function askInBulk(
  container: Container,
  command: readonly string[],
  paths: readonly string[],
): Promise<string | undefined> {
  try {
    const process = await container.exec({ argv: ['xargs', '-0', ...command], user: '0', stdin: true });
    process.stderr.resume();
    const printed = buffer(process.stdout);
    await pipeline(Readable.from([paths.map((path) => `${path}\0`).join('')], { objectMode: false }), process.stdin);
    const text = (await printed).toString('utf8');
    // 123: the command failed for some of the paths
    return [0, 123].includes(await process.exit) ? text : undefined;
  } catch (fault) {
    if (fault instanceof LivepushError && fault.code === 'container-lost') throw fault;
    return undefined;
  }
}
