import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * When a process started, in words of the system that only serve to compare; undefined when there is no such process.
 * A number that is in use again has another start.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (!isThere(pid)) return undefined;
  return (await fromProc(pid)) ?? (await fromPs(pid)) ?? 'unknown';
}

/** A process in one line: its number and its start. */
export const processMark = async (pid: number): Promise<string> => `${pid} ${await processStart(pid)}`;

/** True when there is no such process any more, or another one has its number. */
export async function isGone(mark: string): Promise<boolean> {
  return mark !== (await processMark(Number.parseInt(mark, 10)));
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Linux: ticks since the machine's start, and which start of the machine that is. */
async function fromProc(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field is a name in parentheses that may hold anything; the start is the 22nd.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${boot.trim()} ${ticks}`;
  } catch {
    return undefined;
  }
}

async function fromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
