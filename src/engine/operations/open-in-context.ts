import { closeSync, constants, openSync, readFileSync, realpathSync } from 'node:fs';
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

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW;

const movedFault = (source: string): LivepushError =>
  new LivepushError('context-file', `Cannot read ${source}: a directory on the way is a link by now.`);

/** Bytes read at a time: large files go through in fewer pieces. */
const CHUNK = 1024 * 1024;

async function* contentOf(root: string, source: string): AsyncGenerator<Buffer> {
  const file = join(root, source);
  if ((await realpath(dirname(file))) !== dirname(file)) throw movedFault(source);
  const handle = await open(file, FLAGS);
  yield* handle.createReadStream({ highWaterMark: CHUNK });
}

/**
 * The content of a small file, by the same rules. It is read without giving way to anything else: for thousands of small
 * files that takes a tenth of the time. Throws `context-file`, and what the system says.
 */
export function readInContext(root: string, source: string): Buffer {
  const file = join(root, source);
  if (realpathSync.native(dirname(file)) !== dirname(file)) throw movedFault(source);
  const handle = openSync(file, FLAGS);
  try {
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}
