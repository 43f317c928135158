#!/usr/bin/env node
// The whole check: set-up with engine and images, lint, then all tests with coverage. With --unit: only the tests that
// need no engine. Further arguments go to ava; a test file may be named as it is in test/.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runMain } from './setup/say.mjs';
import { root, setUp } from './setup/set-up.mjs';

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
async function show(command, ...args) {
  const [code] = await once(spawn(command, args, { cwd: root, stdio: 'inherit' }), 'close');
  return code ?? 1;
}

/**
 * ava runs nothing for a pattern that only excludes.
 * @param {string[]} args
 */
function withoutEngine(args) {
  const names = args.some((arg) => arg.startsWith('dist-test/'));
  return [...(names ? [] : ['dist-test/test/**/*.test.js']), '!dist-test/test/e2e/**'];
}

await runMain(async () => {
  const given = process.argv.slice(2);
  const isUnit = given.includes('--unit');
  const args = given
    .filter((arg) => arg !== '--unit')
    .map((arg) => arg.replace(/^(!?)(test\/.*)\.ts$/, '$1dist-test/$2.js'));
  await setUp({ engine: !isUnit, tests: true });
  if (isUnit) return show('npx', '--no-install', 'ava', ...args, ...withoutEngine(args));
  return (await show('npm', 'run', '--silent', 'lint')) || show('npx', '--no-install', 'c8', 'ava', ...args);
});
