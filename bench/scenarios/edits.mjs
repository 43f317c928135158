import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readIfThere, viewsOf } from '../stand/container-view.mjs';
import { container, restarted, STEP_SECONDS, steps, visible } from '../stand/services.mjs';
import { until } from '../stand/wait.mjs';
import { COMPOSE, LIVEPUSH, OURS } from './names.mjs';

/** @typedef {import('./scenario.mjs').Scenario} Scenario */
/** @typedef {import('./scenario.mjs').Contestant} Contestant */

/** Writes a file and closes it; the clock runs from here. @param {string} file @param {string} text */
export function save(file, text) {
  writeFileSync(file, text);
  return performance.now();
}

/** @param {Contestant} contestant @param {string} service */
const versionFile = ({ project }, service) => project.context(service, 'src', 'version');

/** Lines that the processes of a service have noted at their starts. @param {Contestant} contestant @param {string} service */
const starts = ({ project }, service) => (readIfThere(project.out(service, 'started')) ?? '').split('\n').slice(0, -1);

/** @type {Scenario} */
export const oneFileVisible = {
  name: 'visible',
  title: 'One file, visible',
  contestants: [OURS, COMPOSE, LIVEPUSH],
  bounds: [
    { of: COMPOSE, value: 1 / 15 },
    { of: LIVEPUSH, value: 1 / 6 },
  ],
  async measure(contestant, { mark }) {
    const [view] = await viewsOf(contestant.project, visible);
    const text = `${mark}\n`;
    const began = save(versionFile(contestant, visible), text);
    await until(mark, () => view?.read('/app/src/version') === text);
    return performance.now() - began;
  },
};

/** @param {string} service @param {Pick<Scenario, 'name' | 'title' | 'contestants' | 'bounds'>} about @returns {Scenario} */
const oneFileRestarted = (service, about) => ({
  ...about,
  async measure(contestant, { mark }) {
    const began = save(versionFile(contestant, service), `${mark}\n`);
    await until(mark, () => starts(contestant, service).at(-1) === mark);
    return performance.now() - began;
  },
});

export const processRestarted = oneFileRestarted(restarted, {
  name: 'restarted',
  title: 'One file, restarted (process restart)',
  contestants: [OURS, COMPOSE, LIVEPUSH],
  bounds: [
    { of: COMPOSE, value: 1 / 10 },
    { of: LIVEPUSH, value: 1 / 6 },
  ],
});

export const containerRestarted = oneFileRestarted(container, {
  name: 'container-restarted',
  title: 'One file, restarted (container restart)',
  contestants: [OURS, COMPOSE, LIVEPUSH],
  bounds: [{ of: COMPOSE, value: 1 / 2 }],
});

const FILES_DELETED = 100;

/** @type {Scenario} */
export const directoryDelete = {
  name: 'delete',
  title: `Delete of a directory of ${FILES_DELETED} files, visible`,
  contestants: [OURS, COMPOSE, LIVEPUSH],
  bounds: [{ of: COMPOSE, value: 1 / 10 }],
  note: 'Gone is when no file of it is left.',
  async measure(contestant, { mark }) {
    const [view] = await viewsOf(contestant.project, visible);
    const folder = contestant.project.context(visible, 'src', mark);
    const names = Array.from({ length: FILES_DELETED }, (_, i) => `file-${i}`);
    mkdirSync(folder);
    for (const name of names) writeFileSync(path.join(folder, name), name);
    await allSo('there', names, (name) => view?.has(`/app/src/${mark}/${name}`) === true);
    rmSync(folder, { recursive: true });
    const began = performance.now();
    await allSo('gone', names, (name) => view?.has(`/app/src/${mark}/${name}`) === false);
    return performance.now() - began;
  },
};

/** @param {string} what @param {readonly string[]} names @param {(name: string) => boolean} isSo */
function allSo(what, names, isSo) {
  const left = [...names];
  return until(what, () => {
    for (let name = left.at(-1); name !== undefined && isSo(name); name = left.at(-1)) left.pop();
    return left.length === 0;
  });
}

const FILES_SWITCHED = 3000;
const FOLDERS = 30;

/** @type {Scenario} */
export const branchSwitch = {
  name: 'switch',
  title: `Branch switch: ${FILES_SWITCHED} files in ${FOLDERS} folders, all visible`,
  contestants: [OURS, COMPOSE, LIVEPUSH],
  bounds: [{ of: COMPOSE, value: 1 / 2 }],
  note: 'The clock starts when the last file is written.',
  async measure(contestant, { mark }) {
    const [view] = await viewsOf(contestant.project, visible);
    const folder = contestant.project.context(visible, 'src', 'tree');
    const names = Array.from({ length: FILES_SWITCHED }, (_, i) => `d${i % FOLDERS}/file-${i}`);
    for (let i = 0; i < FOLDERS; i++) mkdirSync(path.join(folder, `d${i}`), { recursive: true });
    for (const name of names) writeFileSync(path.join(folder, name), contentOf(mark, name));
    const began = performance.now();
    await allSo('there', names, (name) => view?.read(`/app/src/tree/${name}`) === contentOf(mark, name));
    return performance.now() - began;
  },
};

/** @param {string} mark @param {string} name */
const contentOf = (mark, name) => `${mark} ${name}\n`.repeat(20);

const SAVES = 20;

/** @type {(measure: Scenario['measure'], about: Pick<Scenario, 'name' | 'title' | 'bounds'>) => Scenario} */
const twentySaves = (measure, about) => ({ ...about, contestants: [OURS, COMPOSE, LIVEPUSH], measure });

/** Saves a file again and again within a second. @param {Contestant} contestant @param {string} mark */
async function saveOften(contestant, mark) {
  const before = starts(contestant, restarted).length;
  const first = performance.now();
  let last = first;
  for (let i = 1; i <= SAVES; i++) {
    await delay(Math.max(0, first + (i * 1000) / SAVES - performance.now()));
    last = save(versionFile(contestant, restarted), i < SAVES ? `${mark}-${i}\n` : `${mark}\n`);
  }
  await until(mark, () => starts(contestant, restarted).at(-1) === mark);
  return { ms: performance.now() - last, restarts: starts(contestant, restarted).length - before };
}

export const savesLast = twentySaves(async (contestant, { mark }) => (await saveOften(contestant, mark)).ms, {
  name: 'saves',
  title: `${SAVES} saves of a file in 1 s: the last one restarted`,
  bounds: [{ of: COMPOSE, value: 1 / 10 }],
});

export const savesRestarts = {
  ...twentySaves(async (contestant, { mark }) => (await saveOften(contestant, mark)).restarts, {
    name: 'saves-restarts',
    title: `${SAVES} saves of a file in 1 s: restarts`,
    bounds: [{ value: 2 }],
  }),
  unit: 'restarts',
};

/** @type {Scenario} */
export const secondEdit = {
  name: 'second-edit',
  title: `An edit while the step of the one before runs (a step of ${STEP_SECONDS} s), built`,
  contestants: [OURS, COMPOSE, LIVEPUSH],
  bounds: [],
  note: 'Compose has no steps: its answer is `rebuild`.',
  async measure(contestant, { mark }) {
    const first = `${mark}-first`;
    save(versionFile(contestant, steps), `${first}\n`);
    if (contestant.name === COMPOSE) await delay(1000);
    else await until(first, () => readIfThere(contestant.project.out(steps, 'steps'))?.endsWith(`${first}\n`) === true);
    const began = save(versionFile(contestant, steps), `${mark}\n`);
    await until(mark, () => starts(contestant, steps).at(-1) === mark);
    return performance.now() - began;
  },
};
