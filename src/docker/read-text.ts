import type { Container } from './engine.js';
import { readTar } from './tar.js';

/** The text of one small file of a container, or undefined when it is not there or is no file. */
export async function readText(container: Container, path: string): Promise<string | undefined> {
  const stream = await container.getArchive(path);
  if (!stream) return undefined;
  let text: string | undefined;
  await readTar(stream, async (header, body) => {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    if (header.kind === 'file') text ??= Buffer.concat(chunks).toString('utf8');
  });
  return text;
}
