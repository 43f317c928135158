import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { LivepushError } from '../../errors.js';

/**
 * Opens a file of the build context for reading, and nothing that a link leads to: a directory on the way may have become
 * a link since it was looked at. The stream fails with `context-file` then.
 *
 * @param root absolute path of the context, with links resolved
 * @param source path in the context
 */
export const openInContext = (root: string, source: string): Readable =>
  Readable.from(contentOf(root, source), { objectMode: false });

/** Bytes read at a time: large files go through in fewer pieces. */
const CHUNK = 1024 * 1024;

async function* contentOf(root: string, source: string): AsyncGenerator<Buffer> {
  const file = join(root, source);
  if ((await realpath(dirname(file))) !== dirname(file)) {
    throw new LivepushError('context-file', `Cannot read ${source}: a directory on the way is a link by now.`);
  }
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  yield* handle.createReadStream({ highWaterMark: CHUNK });
}
