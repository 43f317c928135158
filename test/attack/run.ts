import { parseArgs } from 'node:util';
import { OwnEngine } from '../helpers/own-engine.js';
import { drawFrom } from '../soak/edits.js';
import { attack } from './attack.js';
import { KINDS } from './kinds.js';

const { values } = parseArgs({
  options: {
    tries: { type: 'string', default: '20' },
    seed: { type: 'string' },
    /** Only this kind. */
    kind: { type: 'string' },
    /** Only pushes `with` or `without` steps. */
    steps: { type: 'string' },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const tries = Number(values.tries);
say(`seed ${seed}`);

const rows: string[] = [];
const engine = await OwnEngine.start('busybox:1.37');
process.env.DOCKER_HOST = engine.address;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void engine.stop().finally(() => process.exit(130)));
try {
  for (const kind of KINDS.filter((each) => values.kind === undefined || values.kind === each)) {
    for (const runs of [true, false]) {
      const steps = runs ? 'with' : 'without';
      if (values.steps !== undefined && values.steps !== steps) continue;
      const failures = await attack({ kind, runs, tries, engine, draw: drawFrom(seed), onProgress: say });
      rows.push(`| ${kind} | ${steps} | ${tries} | ${failures.length} |`);
      if (failures.length > 0) process.exitCode = 1;
    }
  }
} finally {
  say(['| killed | steps | tries | failures |', '|---|---|---:|---:|', ...rows].join('\n'));
  await engine.stop();
}
