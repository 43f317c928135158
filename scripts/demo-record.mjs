#!/usr/bin/env node
// Records a real session of compose-examples/multi in a terminal, and writes what the terminal showed to docs/demo.svg.
// Needs Linux (`script` gives the terminal). Look at the picture before you commit it.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openPlayground } from './demo/playground.mjs';
import { recordTerminal } from './demo/record-terminal.mjs';
import { filmOf } from './demo/svg-film.mjs';
import { runMain } from './setup/say.mjs';
import { root, setUp } from './setup/set-up.mjs';

const size = { columns: 96, rows: 24 };
const output = path.join(root, 'docs', 'demo.svg');

await runMain(async () => {
  await setUp({ images: ['node:20-bookworm-slim'] });
  const playground = await openPlayground(path.join(root, 'compose-examples', 'multi'), 'SITE_PORT');
  try {
    const frames = await record(playground);
    const svg = filmOf(frames, { ...size, title: 'docker livepush up' });
    await writeFile(output, svg);
    process.stdout.write(
      `${path.relative(root, output)}: ${frames.length} frames, ${Math.round(svg.length / 1000)} kB\n`,
    );
  } finally {
    await playground.close();
  }
});

/** @param {import('./demo/playground.mjs').Playground} playground */
async function record({ folder, project, env }) {
  const command = `'${process.execPath}' '${path.join(root, 'dist', 'cli', 'main.js')}' up --project-name ${project}`;
  const terminal = recordTerminal({ ...size, command, cwd: folder, env: { ...env, PAUSE_MS: '4000' } });
  try {
    await terminal.until(/q quit/);
    await terminal.pause(2500);
    await edit(folder, 'site/public/index.html', 'Hello from multi', 'Hello again from multi');
    await terminal.until(/✔ site .*public\/index\.html -> /);
    await terminal.pause(2500);
    await edit(folder, 'backend/shared/describe.js', 'done by', 'finished by');
    await terminal.until(/✔ api .*describe\.js -> [\s\S]*✔ worker .*describe\.js -> /);
    await terminal.until(/finished by/);
    await terminal.pause(2500);
    terminal.type('v');
    await terminal.pause(3500);
    return terminal.frames();
  } finally {
    await terminal.stop();
  }
}

/** @param {string} folder @param {string} name @param {string} from @param {string} to */
async function edit(folder, name, from, to) {
  const file = path.join(folder, name);
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to));
}
