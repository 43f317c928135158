import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Takes text of a command. A promise says that the taker is behind. */
export type Say = (stream: 'stdout' | 'stderr', data: string) => Promise<void> | undefined;

/** Hands on the text of a stream, no faster than it is taken. */
export async function forward(
  { stream, encoding }: { stream: Readable; encoding: BufferEncoding },
  say: (text: string) => Promise<void> | undefined,
): Promise<void> {
  const decoder = new StringDecoder(encoding);
  try {
    for await (const chunk of stream) await say(decoder.write(chunk as Buffer));
  } catch {
    // the end of the process tells what happened
  }
  await say(decoder.end());
}
