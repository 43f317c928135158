import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { UpProject } from '../helpers/up-project.js';

/** A number from 0 up to, and without, `below`. */
export type Draw = (below: number) => number;

/** Numbers that look random, the same for the same seed (mulberry32). */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Where files come and go, and programs that are edited in place. */
const FOLDERS = ['site/public/', 'site/public/more/', 'backend/shared/extra/', 'backend/api/', 'backend/worker/'];
const PROGRAMS = ['site/server.js', 'backend/shared/describe.js', 'backend/api/server.js', 'backend/worker/main.js'];
/** Names in a folder, so that files are written more than once. */
const NAMES = 6;

/** Does one edit of a copy of `compose-examples/multi`, as a person or a tool would. */
export function editOnce(project: UpProject, draw: Draw): void {
  const path = `${FOLDERS[draw(FOLDERS.length)]}file-${draw(NAMES)}.txt`;
  switch (draw(4)) {
    case 0:
      rmSync(join(project.folder, path), { force: true });
      break;
    case 1:
      appendFileSync(join(project.folder, PROGRAMS[draw(PROGRAMS.length)] ?? ''), `// ${draw(1e9)}\n`);
      break;
    default:
      project.write(path, `${draw(1e9)}\n`.repeat(1 + draw(200)));
  }
}
