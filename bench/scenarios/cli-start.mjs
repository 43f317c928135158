import { spawnSync } from 'node:child_process';
import { program } from '../contestants/docker-livepush.mjs';

/** Starts of the program, in turns with the smallest program that node can run. @param {{ rounds: number }} options */
export async function cliStart({ rounds }) {
  const commands = {
    '--help': [program, '--help'],
    'plugin metadata': [program, 'docker-cli-plugin-metadata'],
    'node -e 0': ['-e', '0'],
  };
  /** @type {Map<string, number[]>} */
  const samples = new Map(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(commands)) {
      const began = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
      samples.get(name)?.push(performance.now() - began);
    }
  }
  const bare = samples.get('node -e 0') ?? [];
  return ['--help', 'plugin metadata'].map((name) => {
    const more = (samples.get(name) ?? []).map((ms, i) => ms - (bare[i] ?? 0));
    return {
      scenario: 'cli',
      title: `Start of the program with ${name}, on top of node -e 0`,
      rows: [{ contestant: 'docker-livepush', unit: 'ms', samples: more, lost: [] }],
      bounds: [{ value: 120 }],
    };
  });
}
