import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { must, run } from '../../scripts/setup/run-command.mjs';
import { root } from '../../scripts/setup/set-up.mjs';

/** What was measured, and on what: nothing that names the machine. */
export async function describeRun() {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const commit = await run('git', ['rev-parse', '--short', 'HEAD'], { cwd: root });
  const livepush = JSON.parse(await readFile(path.join(root, 'bench', 'package.json'), 'utf8')).dependencies.livepush;
  const cpus = os.cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    versions: {
      'docker-livepush': commit.ok ? `${version} (${commit.stdout})` : version,
      livepush,
      compose: await must('docker', ['compose', 'version', '--short']),
      engine: await must('docker', ['version', '--format', '{{.Server.Version}}']),
      node: process.versions.node,
      kernel: os.release(),
    },
    machine: `${cpus.length} × ${cpus[0]?.model.trim() || os.arch()}, ${Math.round(os.totalmem() / 2 ** 30)} GiB`,
  };
}
