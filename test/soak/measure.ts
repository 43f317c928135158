import { readdir, readFile } from 'node:fs/promises';
import { docker } from '../helpers/docker-command.js';
import type { UpProject } from '../helpers/up-project.js';

/** What a session uses at one moment. */
export interface Usage {
  /** Resident memory, in MB. */
  readonly memory: number;
  /** Open files, sockets and watches. */
  readonly handles: number;
  /** Containers of the project, and those that the session made itself. */
  readonly containers: number;
  /** Commands that run, or are remembered, in them. */
  readonly execs: number;
}

/** Measures a session from outside: its process, and the engine. */
export async function measure(project: UpProject, pid: number): Promise<Usage> {
  const [status, handles] = await Promise.all([readFile(`/proc/${pid}/status`, 'utf8'), readdir(`/proc/${pid}/fd`)]);
  const ids = await containerIds(project);
  const { stdout } = await docker('inspect', '--format', '{{len .ExecIDs}}', ...ids);
  return {
    memory: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024),
    handles: handles.length,
    containers: ids.length,
    execs: stdout.split('\n').reduce((sum, count) => sum + (Number(count) || 0), 0),
  };
}

async function containerIds({ engine, name }: UpProject): Promise<string[]> {
  const labels = [`com.docker.compose.project=${name}`, `docker-livepush=${name}`];
  const found = await Promise.all(labels.map((label) => engine.listContainers([label])));
  return [...new Set(found.flat().map(({ id }) => id))];
}
