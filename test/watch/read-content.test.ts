import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { readContent } from '../../src/watch/read-content.js';
import { tempContext } from './temp-context.js';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64');

for (const atOnce of [true, false])
  test(`size and digest are those of the content, though the file was another when it was looked at${atOnce ? '' : ', while others wait'}`, async (t) => {
    const context = await tempContext(t, 'a');
    const seen = await stat(join(context.root, 'a'));
    await context.write('a', 'longer than before');
    const read = await readContent(join(context.root, 'a'), seen, { atOnce });
    t.is(read.size, 18);
    t.is(read.digest, digestOf('longer than before'));
    t.true(read.settled);
    t.is(read.stats.size, 18);
  });
