import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cleanDifferences, servicesOfMulti } from '../helpers/clean-service.js';
import { copyExample, freePort, until } from '../helpers/up-project.js';
import { drawFrom, editOnce } from './edits.js';
import { measure } from './measure.js';

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '15' },
    seed: { type: 'string' },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const [edits, minutes] = [Number(values.edits), Number(values.minutes)];
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const draw = drawFrom(seed);
/** Parts of a run after which usage is measured; the first is for warming up. */
const PARTS = 10;

say(`${edits} edits in ${minutes} min, seed ${seed}`);
const project = await copyExample('multi', { SITE_PORT: String(await freePort()), PAUSE_MS: '2000' });
try {
  const up = project.up();
  await up.ready();
  const services = servicesOfMulti.map(({ service }) => service);
  const settle = () => Promise.all(services.map((service) => up.settled(service)));
  const report = async (done: number): Promise<void> => {
    await settle();
    const { memory, handles, containers, execs } = await measure(project, up.pid);
    say(`after ${done} edits: ${memory} MB, ${handles} handles, ${containers} containers, ${execs} execs`);
  };
  await report(0);
  const start = performance.now();
  for (let done = 1; done <= edits; done++) {
    editOnce(project, draw);
    const due = (minutes * 60_000 * done) / edits;
    await delay(Math.max(0, due - (performance.now() - start)));
    if (done % Math.ceil(edits / PARTS) === 0) await report(done);
  }
  const count = (type: 'livepushEnd' | 'rebuildEnd'): number => up.all(type).length;
  say(`${count('livepushEnd')} pushes, ${count('rebuildEnd')} rebuilds`);
  for (const from of servicesOfMulti) {
    const last = { lines: [] as string[] };
    await until(`${from.service} to be as a clean build`, async () => {
      await settle();
      last.lines = await cleanDifferences(project, from);
      return last.lines.length === 0 || undefined;
    }).catch(() => {});
    say(
      last.lines.length === 0 ? `${from.service}: as a clean build` : [`${from.service}:`, ...last.lines].join('\n  '),
    );
    if (last.lines.length > 0) process.exitCode = 1;
  }
  await up.stop();
} finally {
  await project.remove();
}
