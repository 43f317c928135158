import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of a process and all that it started, in MB. @param {number} pid @returns {number} */
export function residentOf(pid) {
  const pages = Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  return pages / 1024 + childrenOf(pid).reduce((sum, child) => sum + residentOf(child), 0);
}

/** Inotify watches of a process. @param {number} pid */
export function watchesOf(pid) {
  const infos = readdirSync(`/proc/${pid}/fdinfo`).map((fd) => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'));
  return infos.reduce((sum, info) => sum + (info.match(/^inotify wd:/gm)?.length ?? 0), 0);
}

/** Processes that a process has started. @param {number} pid @returns {number[]} */
export const childrenOf = (pid) =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  });

/** Processor time of a process and all that it started, in milliseconds. @param {number} pid @returns {number} */
export function processorOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  // user, system, and both of children that have ended: hundredths of a second
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 10;
  return childrenOf(pid).reduce((sum, child) => sum + processorOf(child), own);
}
