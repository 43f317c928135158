import { setTimeout as delay } from 'node:timers/promises';
import { composeWatch } from '../contestants/compose-watch.mjs';
import { dockerLivepush } from '../contestants/docker-livepush.mjs';
import { viewsOf } from '../stand/container-view.mjs';
import { visibleService } from '../stand/services.mjs';
import { until } from '../stand/wait.mjs';
import { save } from './edits.mjs';
import { residentOf } from './process-figures.mjs';

const SERVICES = 20;
/** Milliseconds after the start in which a process comes to rest. */
const REST = 3000;

/** @param {number} count @param {number} [replicas] */
export const servicesOf = (count, replicas = 1) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => {
      const { files, compose } = visibleService(`app${i}`);
      return [`app${i}`, { files, compose: { ...compose, deploy: { replicas } } }];
    }),
  );

/** Resident memory while 20 services are followed. @param {{ tell: (line: string) => void }} options */
export async function memory({ tell }) {
  const rows = [];
  for (const entry of [dockerLivepush, composeWatch]) {
    tell(`Memory with ${SERVICES} services: ${entry.name}`);
    const contestant = await entry.start(servicesOf(SERVICES));
    try {
      await delay(REST);
      const before = residentOf(contestant.pid);
      rows.push({ contestant: entry.name, unit: 'MB', samples: [before], lost: [] });
    } finally {
      await contestant.stop();
    }
  }
  const title = `Resident memory, ${SERVICES} services followed`;
  return [
    { scenario: 'memory', title, rows, bounds: [{ value: 150 }], note: 'Of the process and all that it started.' },
  ];
}

/** @param {{ rounds: number, tell: (line: string) => void }} options */
export async function growth({ rounds, tell }) {
  const results = [];
  for (const [services, replicas] of [
    [1, 1],
    [10, 1],
    [50, 1],
    [1, 10],
    [1, 50],
  ]) {
    if (services === undefined || replicas === undefined) continue;
    const what = `${services} service${services === 1 ? '' : 's'} of ${replicas} container${replicas === 1 ? '' : 's'}`;
    tell(`Growth: ${what}`);
    const contestant = await dockerLivepush.start(servicesOf(services, replicas));
    try {
      await delay(REST);
      const views = await viewsOf(contestant.project, 'app0');
      const row = (/** @type {string} */ unit, /** @type {number[]} */ samples) => ({
        contestant: contestant.name,
        unit,
        samples,
        lost: [],
      });
      const memoryUsed = row('MB', [residentOf(contestant.pid)]);
      const samples = [];
      for (let round = 0; round < rounds; round++) {
        const text = `g${round}\n`;
        const began = save(contestant.project.context('app0', 'src', 'version'), text);
        await until(text, () => views.every((view) => view.read('/app/src/version') === text));
        samples.push(performance.now() - began);
      }
      results.push({
        scenario: 'growth',
        title: `${what}: one file visible in all of a service`,
        rows: [row('ms', samples)],
        bounds: [],
      });
      results.push({ scenario: 'growth', title: `${what}: resident memory`, rows: [memoryUsed], bounds: [] });
    } finally {
      await contestant.stop();
    }
  }
  return results;
}
