import { Lost } from '../stand/wait.mjs';

/** @typedef {import('./scenario.mjs').Scenario & { unit?: string }} Scenario */
/** @typedef {import('./scenario.mjs').Contestant} Contestant */

let marks = 0;

/**
 * Lets the contestants take turns: in every round each once, the first one being another each time.
 * @param {Scenario} scenario
 * @param {readonly Contestant[]} all
 * @param {{ rounds: number, tell: (line: string) => void }} options
 * @returns {Promise<import('./scenario.mjs').Result>}
 */
export async function takeTurns(scenario, all, { rounds, tell }) {
  const { name, title, bounds, note, unit = 'ms' } = scenario;
  const contestants = scenario.contestants.flatMap((wanted) => all.find(({ name }) => name === wanted) ?? []);
  const rows = contestants.map((contestant) => ({
    contestant: contestant.name,
    unit,
    samples: /** @type {number[]} */ ([]),
    lost: /** @type {string[]} */ ([]),
  }));
  for (let round = 1; round <= rounds; round++) {
    tell(`${title}: round ${round} of ${rounds}`);
    for (let i = 0; i < contestants.length; i++) {
      const turn = (round + i) % contestants.length;
      const [contestant, row] = [contestants[turn], rows[turn]];
      if (!contestant || !row || row.lost.length >= GIVE_UP) continue;
      try {
        const sample = await scenario.measure(contestant, { round, mark: `m${++marks}` });
        row.samples.push(sample);
        tell(`  ${contestant.name}: ${Math.round(sample)} ${unit}`);
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        row.lost.push(error.message);
        tell(`  ${contestant.name}: lost, ${error.message}`);
      }
    }
  }
  return { scenario: name, title, rows, bounds, ...(note !== undefined && { note }) };
}

/** Rounds that a contestant may lose before it is left out: each takes as long as a change may take. */
const GIVE_UP = 2;
