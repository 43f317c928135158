import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A process, told from a later one of the same number by its start. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** In words of the system that only serve to compare. */
  readonly start: string;
}

/** A process and all that it has started, as far as these have parents still. Synchronous: it is asked when the program ends. */
export function treeOf(pid: number): ProcessRow[] {
  const rows = listProcesses();
  const found = rows.filter((row) => row.pid === pid);
  // grows while it is gone through
  for (const { pid: parent } of found) found.push(...rows.filter((row) => row.parent === parent));
  return found;
}

/** Kills those that are still there. */
export function killAll(processes: readonly ProcessRow[]): void {
  if (processes.length === 0) return;
  const now = new Map(listProcesses().map((row) => [row.pid, row.start]));
  for (const { pid, start } of processes) {
    if (now.get(pid) !== start) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended meanwhile, or is somebody else's
    }
  }
}

function listProcesses(): ProcessRow[] {
  try {
    return process.platform === 'linux' ? fromProc() : fromPs();
  } catch {
    return [];
  }
}

const fromProc = (): ProcessRow[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);

function readStat(pid: number): ProcessRow | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the second field is a name in parentheses that may hold anything
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : { pid, parent: Number(fields[1]), start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/** Milliseconds that `ps` has. */
const PS_TIME = 1_000;

function fromPs(): ProcessRow[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,lstart='], { encoding: 'utf8', timeout: PS_TIME });
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, start] = /^\s*(\d+)\s+(\d+)\s+(.*\S)\s*$/.exec(line) ?? [];
    return start === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), start }];
  });
}
