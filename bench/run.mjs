#!/usr/bin/env node
// Measures docker-livepush side by side with `docker compose watch` and the published `livepush`, in turns. --help tells more.
import { writeFile } from 'node:fs/promises';
import { ensurePackages } from '../scripts/setup/packages.mjs';
import { runMain } from '../scripts/setup/say.mjs';
import { root, setUp } from '../scripts/setup/set-up.mjs';
import { composeWatch } from './contestants/compose-watch.mjs';
import { dockerLivepush } from './contestants/docker-livepush.mjs';
import { livepush } from './contestants/livepush.mjs';
import { parseOptions } from './options.mjs';
import { describeRun } from './report/machine.mjs';
import { writeReport } from './report/results.mjs';
import { plainTable } from './report/table.mjs';
import { cliStart } from './scenarios/cli-start.mjs';
import { display } from './scenarios/display.mjs';
import * as edits from './scenarios/edits.mjs';
import { growth, memory } from './scenarios/many-services.mjs';
import { planner } from './scenarios/planner.mjs';
import { scale } from './scenarios/scale.mjs';
import { watchStart } from './scenarios/start.mjs';
import { takeTurns } from './scenarios/take-turns.mjs';
import { cleanUpWhenInterrupted } from './stand/leftovers.mjs';
import { IMAGE, measuredServices } from './stand/services.mjs';

/** Scenarios that contestants take turns in, in the order of the report. */
const turns = [
  edits.oneFileVisible,
  edits.processRestarted,
  edits.containerRestarted,
  edits.directoryDelete,
  edits.branchSwitch,
  edits.savesLast,
  edits.savesRestarts,
  edits.secondEdit,
];

/** The others, each on its own. */
const singles = { start: watchStart, plan: planner, memory, display, cli: cliStart, growth, scale };

/** What takes minutes, and is left out unless it is asked for or there is to be a report. */
const long = new Set(['growth', 'scale']);

await runMain(async () => {
  const options = parseOptions([...turns.map(({ name }) => name), ...Object.keys(singles)]);
  if (!options) return 0;
  const { rounds, only, report, json, sizes } = options;
  await setUp({ images: [IMAGE] });
  cleanUpWhenInterrupted();
  await ensurePackages(`${root}/bench`);
  const tell = (/** @type {string} */ line) => process.stderr.write(`bench: ${line}\n`);
  const wants = (/** @type {string} */ name) => (only.length > 0 ? only.includes(name) : report || !long.has(name));

  const results = [];
  for (const [name, measure] of Object.entries(singles)) {
    if (wants(name)) results.push(...(await measure({ rounds, sizes, tell })));
  }
  const wanted = turns.filter(({ name }) => wants(name));
  if (wanted.length > 0) results.unshift(...(await measureTurns(wanted, { rounds, tell })));

  const run = await describeRun();
  process.stdout.write(`${plainTable(results)}\n`);
  if (json !== undefined) await writeFile(json, `${JSON.stringify({ ...run, rounds, results }, undefined, 2)}\n`);
  if (report) tell(`wrote ${await writeReport(run, results)}`);
  return 0;
});

/** @param {typeof turns} scenarios @param {{ rounds: number, tell: (line: string) => void }} options */
async function measureTurns(scenarios, options) {
  const contestants = [];
  try {
    for (const entry of [dockerLivepush, composeWatch, livepush]) {
      options.tell(`starting ${entry.name}: ${entry.settings}`);
      contestants.push(await entry.start(measuredServices()));
    }
    const results = [];
    for (const scenario of scenarios) results.push(await takeTurns(scenario, contestants, options));
    return results;
  } finally {
    for (const contestant of contestants) await contestant.stop();
  }
}
