import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { isGone, processMark, processStart } from '../../src/session/process-start.js';

test('A process is there until it ends, and its number in another process is not it.', async (t) => {
  const own = await processMark(process.pid);
  t.false(await isGone(own));
  t.is(await processMark(process.pid), own);
  const later = own.replace(/\d+$/, (ticks) => String(Number(ticks) - 1));
  t.not(later, own);
  t.true(await isGone(later));

  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const mark = await processMark(child.pid ?? 0);
  t.false(await isGone(mark));
  child.stdin.end();
  await once(child, 'exit');
  t.true(await isGone(mark));
  t.is(await processStart(child.pid ?? 0), undefined);
});
