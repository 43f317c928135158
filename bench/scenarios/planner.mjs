import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/setup/set-up.mjs';
import { median } from '../report/statistics.mjs';

/** @param {string} file */
const load = (file) => import(pathToFileURL(path.join(root, 'dist', file)).href);

const [STEPS, WARM_UP] = [30, 5];

/** The planner alone: a Dockerfile of 30 stages, and more and more files that changed. @param {{ rounds: number }} options */
export async function planner({ rounds }) {
  const results = [];
  for (const files of [1_000, 10_000, 100_000]) {
    const samples = await planOf(files, files > 10_000 ? Math.min(rounds, 5) : rounds);
    results.push({
      scenario: 'plan',
      title: `Plan for ${files.toLocaleString('en')} changed files and ${STEPS} stages`,
      rows: [{ contestant: 'docker-livepush', unit: 'ms', samples, lost: [] }],
      bounds: files === 10_000 ? [{ value: 50 }] : [],
    });
  }
  const [thousand, , most] = results.map(({ rows }) => median(rows[0]?.samples ?? []));
  const note = `100 times the files take ${((most ?? 0) / (thousand ?? 1)).toFixed(0)} times as long.`;
  return results.map((result, i) => (i === 2 ? { ...result, note } : result));
}

/** @param {number} files @param {number} rounds */
async function planOf(files, rounds) {
  const [{ parseDockerfile }, { resolveStages }, { MutableTree }, { planChanges }] = await Promise.all(
    ['dockerfile/parse.js', 'dockerfile/resolve.js', 'plan/context-tree.js', 'plan/plan-changes.js'].map(load),
  );
  const { dockerfile } = parseDockerfile(textOf(), 'Dockerfile');
  const options = { buildArgs: {}, platform: 'linux/amd64', additionalContexts: [], baseConfig: () => undefined };
  const { stages } = resolveStages(dockerfile, options);
  const tree = new MutableTree();
  const pending = new Map();
  const entry = (/** @type {number} */ i) => ({ kind: 'file', mode: 0o644, size: 10, digest: `${i}`, mtimeMs: 0 });
  const directory = { kind: 'directory', mode: 0o755, mtimeMs: 0 };
  for (let stage = 0; stage < STEPS; stage++) tree.set(`s${stage}`, directory);
  for (let i = 0; i < files; i++) {
    const name = `s${i % STEPS}/d${i % 97}/file-${i}`;
    tree.set(path.posix.dirname(name), directory);
    tree.set(name, entry(i));
    pending.set(name, { since: 0, was: [entry(-1)] });
  }
  const inputs = stages.map((/** @type {{ index: number }} */ stage, /** @type {number} */ i) => ({
    target: `stage ${i}`,
    stage,
    final: i === stages.length - 1,
    dirty: undefined,
    pending,
    mounts: [],
    running: true,
  }));
  const destinationOf = (/** @type {number} */ _, /** @type {{ destination: string }} */ step) => ({
    path: step.destination,
    directory: true,
  });
  const samples = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const began = performance.now();
    const plan = planChanges({ file: 'Dockerfile', tree, stages: inputs, destinationOf });
    const ms = performance.now() - began;
    const writes = plan.stages.flatMap((/** @type {any} */ stage) => stage.operations).length;
    if (plan.kind !== 'replay' || writes < STEPS) throw new Error(`not what was to be planned: ${plan.kind}`);
    if (round >= 0) samples.push(ms);
  }
  return samples;
}

/** Each stage copies a folder of the context, builds something, and copies from the stage before. */
function textOf() {
  const lines = [];
  for (let i = 0; i < STEPS; i++) {
    lines.push(`FROM debian AS stage${i}`, 'WORKDIR /app', `COPY s${i}/ /app/s${i}/`, 'RUN make');
    if (i > 0) lines.push(`COPY --from=stage${i - 1} /app/out /app/in`);
  }
  return `${lines.join('\n')}\n`;
}
