import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { processStart } from '../process-start.js';

/** Who holds a project, as its lock says. */
export interface LockHolder {
  readonly pid: number;
  /** When the process started, in the words of the system it runs on: tells it from a later one of the same number. */
  readonly start: string | undefined;
  /** ISO 8601. */
  readonly since: string;
  /** `up`, `watch`, … */
  readonly command: string;
  /** Name of the machine or container that the process runs in. */
  readonly host: string;
  /** Where a process number means the same process: a start of a machine, and on Linux a namespace of processes. */
  readonly place: string;
}

/** This process, holding a project for a command. */
export async function thisHolder(command: string): Promise<LockHolder> {
  const { pid } = process;
  const since = new Date().toISOString();
  return { pid, start: await processStart(pid), since, command, host: hostname(), place: await thisPlace() };
}

/** True when the process of a holder runs, false when it has ended, undefined when it cannot be seen from here. */
export async function isRunning({ pid, start, place }: LockHolder): Promise<boolean | undefined> {
  if (place !== (await thisPlace())) return undefined;
  const found = await processStart(pid);
  if (found === undefined) return false;
  return found === 'unknown' || start === undefined || found === start;
}

const label = 'docker-livepush.holder';

export const holderLabels = (holder: LockHolder): Record<string, string> => ({ [label]: JSON.stringify(holder) });

/** The holder that labels tell of; undefined when they tell of none. */
export function readHolder(labels: Readonly<Record<string, string>>): LockHolder | undefined {
  try {
    const read: LockHolder = JSON.parse(labels[label] ?? '');
    return Number.isInteger(read.pid) ? read : undefined;
  } catch {
    return undefined;
  }
}

async function thisPlace(): Promise<string> {
  try {
    const [boot, namespace] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/pid'),
    ]);
    return `${boot.trim()} ${namespace}`;
  } catch {
    return hostname();
  }
}
