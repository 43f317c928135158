import { parseArgs } from 'node:util';
import { caseAt } from './draw.js';
import { playCases } from './play-cases.js';
import { search } from './search.js';
import { reportFailure } from './shrink.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' },
    seed: { type: 'string' },
    /** Plays one case of the seed, nothing else. */
    path: { type: 'string' },
    /** Cases in one compose project. */
    width: { type: 'string', default: '6' },
    /** Seconds spent on making one failure smaller. */
    shrink: { type: 'string', default: '90' },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function playOne(seed: number, path: string): Promise<boolean> {
  const drawn = caseAt(seed, path);
  const [played] = await playCases([drawn.input]);
  if (!played) return true;
  say(played.verdict.kind === 'wrong' ? reportFailure({ ...played, drawn }) : played.text);
  say(JSON.stringify(played.verdict.kind));
  return played.verdict.kind !== 'wrong';
}

async function playMany(seed: number): Promise<boolean> {
  const ending = new AbortController();
  process.once('SIGINT', () => ending.abort());
  const { failures, summary } = await search({
    ...{ seed, runs: Number(values.runs), width: Number(values.width), shrinkTime: Number(values.shrink) * 1000 },
    failFast: false,
    signal: ending.signal,
    onProgress: say,
    onFailure: (failure) => say(`\n${reportFailure(failure)}\n`),
  });
  say(summary);
  return failures.length === 0;
}

const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const good = values.path === undefined ? await playMany(seed) : await playOne(seed, values.path);
process.exitCode = good ? 0 : 1;
