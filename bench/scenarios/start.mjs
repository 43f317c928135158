import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Child } from '../stand/child.mjs';
import { openProject } from '../stand/project.mjs';
import { visibleService } from '../stand/services.mjs';
import { OURS } from './names.mjs';
import { watchesOf } from './process-figures.mjs';

const [IGNORED, COPIED, PER_FOLDER] = [99_000, 1_000, 100];

/** The start of the watching in a context of which most is ignored. @param {{ rounds: number, tell: (line: string) => void }} options */
export async function watchStart({ rounds, tell }) {
  const title = `Watching of a context of ${(IGNORED + COPIED).toLocaleString('en')} files begins, ${IGNORED.toLocaleString('en')} of them ignored`;
  tell(`${title}: making the files`);
  const project = await openProject({ app: visibleService('app', { '.dockerignore': 'node_modules\n' }) });
  try {
    fill(project.context('app', 'node_modules'), IGNORED);
    fill(project.context('app', 'src'), COPIED);
    const [times, watches] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
    for (let round = 1; round <= rounds; round++) {
      tell(`${title}: round ${round} of ${rounds}`);
      const child = new Child(
        process.execPath,
        [path.join(import.meta.dirname, 'watch-child.mjs'), project.context('app')],
        {
          cwd: project.folder,
        },
      );
      const line = await child.line((text) => text.startsWith('ready '));
      times.push(Number(line.slice('ready '.length)));
      watches.push(watchesOf(child.pid));
      await child.stop();
    }
    // its folders that are copied, each with a watch, and those on the way to them
    const folders = COPIED / PER_FOLDER + 3;
    const row = (/** @type {string} */ unit, /** @type {number[]} */ samples) => ({
      contestant: OURS,
      unit,
      samples,
      lost: [],
    });
    return [
      {
        scenario: 'start',
        title,
        rows: [row('ms', times)],
        bounds: [{ value: 1000 }],
        note: 'Watches placed and the 1,000 files read.',
      },
      {
        scenario: 'start',
        title: 'Inotify watches placed for it',
        rows: [row('watches', watches)],
        bounds: [{ value: folders }],
      },
    ];
  } finally {
    await project.close();
  }
}

/** @param {string} folder @param {number} files */
function fill(folder, files) {
  for (let i = 0; i < files; i++) {
    const inner = path.join(folder, `d${Math.floor(i / PER_FOLDER)}`);
    if (i % PER_FOLDER === 0) mkdirSync(inner, { recursive: true });
    writeFileSync(path.join(inner, `file-${i}`), `${i}\n`);
  }
}
