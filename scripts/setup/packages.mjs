import { statSync } from 'node:fs';
import path from 'node:path';
import { must } from './run-command.mjs';
import { SetupError, say } from './say.mjs';

/**
 * Installs the npm packages, exactly as the lock file has them, unless that is done already.
 * @param {string} root of the repository
 */
export async function ensurePackages(root) {
  const wanted = changeTime(path.join(root, 'package-lock.json'));
  const installed = changeTime(path.join(root, 'node_modules', '.package-lock.json'));
  if (wanted === 0) throw new SetupError('package-lock.json is missing: restore it with git, or run npm install.');
  if (installed >= wanted) return say('npm packages are there');
  const started = Date.now();
  await must('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: root });
  say(`npm ci done (${Math.round((Date.now() - started) / 1000)} s)`);
}

/**
 * @param {string} file
 * @returns {number} when it was written, in ms; 0 when it is not there
 */
function changeTime(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
