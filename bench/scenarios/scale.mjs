import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { program } from '../contestants/docker-livepush.mjs';
import { Child } from '../stand/child.mjs';
import { openProject } from '../stand/project.mjs';
import { visibleService } from '../stand/services.mjs';
import { OURS } from './names.mjs';
import { processorOf, residentOf } from './process-figures.mjs';

/** @typedef {{ files: number, folders: number }} Size */

/** Milliseconds after which a process that is ready has come to rest. */
const REST = 3000;

/** Sizes that are measured when none are named. @type {readonly Size[]} */
export const SIZES = [
  { files: 1_000, folders: 100 },
  { files: 10_000, folders: 1_000 },
  { files: 50_000, folders: 8_000 },
  { files: 100_000, folders: 20_000 },
];

/** What is started, and by which line it says that it follows the files. @type {Record<string, { command: string, args: string[], isReady: (line: string) => boolean }>} */
const contestants = {
  [OURS]: {
    command: process.execPath,
    args: [program, 'up', '--no-logs', '--progress', 'json'],
    isReady: (line) => line.includes('"type":"ready"'),
  },
  'compose up --watch': {
    command: 'docker',
    args: ['compose', '--ansi', 'never', '--progress', 'plain', 'up', '--build', '--watch'],
    isReady: (line) => /watch (enabled|configuration)|watching/i.test(line),
  },
};

/** `up` of a warm project until edits are followed, by the size of its context. @param {{ rounds: number, sizes?: readonly Size[], tell: (line: string) => void }} options */
export async function scale({ rounds, sizes = SIZES, tell }) {
  const results = [];
  for (const size of sizes) results.push(...(await measureSize(size, { rounds, tell })));
  return results;
}

/** @param {Size} size @param {{ rounds: number, tell: (line: string) => void }} options */
async function measureSize({ files, folders }, { rounds, tell }) {
  const what = `${files.toLocaleString('en')} files in ${folders.toLocaleString('en')} folders`;
  tell(`Scale: ${what}: making the files`);
  const project = await openProject({ app: visibleService('app') });
  try {
    fill(project.context('app', 'src'), { files, folders });
    await project.compose('build', '--quiet');
    const names = Object.keys(contestants);
    const samples = new Map(names.map((name) => [name, /** @type {Figures[]} */ ([])]));
    for (let round = 0; round < rounds; round++) {
      for (const i of names.keys()) {
        const name = names[(round + i) % names.length] ?? OURS;
        const figures = await start(project, name);
        samples.get(name)?.push(figures);
        const told = `${Math.round(figures.ready)} ms, ${Math.round(figures.processor)} ms of processor, ${Math.round(figures.memory)} MB`;
        tell(`  ${name}, round ${round + 1} of ${rounds}: ${told}`);
      }
    }
    const result = (/** @type {string} */ title, /** @type {keyof Figures} */ key, /** @type {string} */ unit) => ({
      scenario: 'scale',
      title: `${what}: ${title}`,
      rows: names.map((name) => ({
        contestant: name,
        unit,
        samples: (samples.get(name) ?? []).map((figures) => figures[key]),
        lost: [],
      })),
      bounds: [],
    });
    return [
      result('ready', 'ready', 'ms'),
      result('processor time until then', 'processor', 'ms'),
      result('resident memory', 'memory', 'MB'),
    ];
  } finally {
    await project.close();
  }
}

/** @typedef {{ ready: number, processor: number, memory: number }} Figures */

/** @param {import('../stand/project.mjs').Project} project @param {string} name @returns {Promise<Figures>} */
async function start(project, name) {
  const { command, args, isReady } = contestants[name] ?? { command: '', args: [], isReady: () => false };
  const began = performance.now();
  const env = { COMPOSE_PROJECT_NAME: project.name };
  const child = new Child(command, args, { cwd: project.folder, env });
  await child.line(isReady);
  const ready = performance.now() - began;
  const processor = processorOf(child.pid);
  await delay(REST);
  const memory = residentOf(child.pid);
  await child.stop();
  return { ready, processor, memory };
}

/** @param {string} root @param {Size} size */
function fill(root, { files, folders }) {
  for (let i = 0; i < folders; i++) mkdirSync(path.join(root, `d${i % 50}`, `e${i}`), { recursive: true });
  for (let i = 0; i < files; i++) {
    const folder = i % folders;
    writeFileSync(path.join(root, `d${folder % 50}`, `e${folder}`, `file-${i}`), `${i}\n`.repeat(20));
  }
}
