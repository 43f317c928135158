import test from 'ava';
import { knownCases } from '../fuzz/known-cases.js';
import { playCases } from '../fuzz/play-cases.js';
import { search } from '../fuzz/search.js';
import { reportFailure } from '../fuzz/shrink.js';

const minute = 60_000;
/** The same projects at every run: news are for `npm run fuzz`, which takes another seed each time. */
const defaultSeed = '7';

test('a container is what a clean build gives after every edit, whatever the project', async (t) => {
  t.timeout(20 * minute);
  const seed = Number(process.env.FUZZ_SEED ?? defaultSeed);
  t.log(`seed ${seed}; FUZZ_SEED sets it`);
  const { failures, summary } = await search({
    ...{ seed, runs: 12, width: 6, shrinkTime: minute / 2, failFast: true },
    onProgress: () => {},
    onFailure: () => {},
  });
  t.log(summary);
  t.is(failures.map(reportFailure).join('\n\n'), '');
});

test('projects that once went wrong end as a clean build does', async (t) => {
  t.timeout(15 * minute);
  const played = await playCases(Object.values(knownCases));
  for (const [index, title] of Object.keys(knownCases).entries()) {
    const { verdict, text } = played[index] ?? {};
    const findings = verdict?.kind === 'wrong' ? verdict.findings : [];
    t.is(verdict?.kind, 'equal', [title, text, ...findings].join('\n'));
  }
});
