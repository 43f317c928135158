#!/usr/bin/env node
// The whole check: set-up with engine and images, lint, then all tests with coverage. With --unit: only the tests that
// need no engine. Further arguments go to ava; a test file may be named as it is in test/.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { runMain, say } from './setup/say.mjs';
import { root, setUp } from './setup/set-up.mjs';

/** Minutes after which a run is ended: ava does not end one that hangs while a test of it had asked for more time. */
const LIMIT = 45;

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
async function show(command, ...args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', timeout: LIMIT * 60_000 });
  const [code, signal] = await once(child, 'close');
  if (signal !== null) say(`${path.basename(command)} was ended by ${signal}; it may take ${LIMIT} minutes`);
  return code ?? 1;
}

/** @param {string} name */
const installed = (name) => path.join(root, 'node_modules', '.bin', name);

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
  if (isUnit) return show(installed('ava'), ...args, ...withoutEngine(args));
  // a table with a line for each file would push what failed out of sight; coverage/index.html has it
  const coverage = [installed('c8'), '--reporter=text-summary', '--reporter=html'];
  return (await show('npm', 'run', '--silent', 'lint')) || show(...coverage, installed('ava'), ...args);
});
