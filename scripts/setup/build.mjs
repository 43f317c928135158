import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { must } from './run-command.mjs';
import { say } from './say.mjs';

/**
 * Compiles src/ to dist/ unless dist/ is newer.
 * @param {string} root of the repository
 */
export async function ensureBuild(root) {
  await compile({ root, from: ['src'], base: 'src', to: 'dist', command: ['npm', 'run', '--silent', 'build'] });
}

/**
 * Compiles src/ and test/ to dist-test/ unless that is newer.
 * @param {string} root of the repository
 */
export async function ensureTestBuild(root) {
  const command = ['npx', '--no-install', 'tsc', '-p', 'tsconfig.test.json'];
  await compile({ root, from: ['src', 'test'], base: '.', to: 'dist-test', command });
}

/**
 * The time of the output folder stands for the time when its last good build began.
 * @param {{ root: string, from: string[], base: string, to: string, command: string[] }} job base: the folder which the
 * output folder mirrors
 */
async function compile({ root, from, base, to, command: [program = '', ...args] }) {
  const output = path.join(root, to);
  const built = statSync(output, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const changed = Math.max(
    ...sources(root, from).map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );
  if (built > changed) return say(`${to} is up to date`);
  const started = new Date();
  await must(program, args, { cwd: root }).catch((error) => {
    if (existsSync(output)) utimesSync(output, 0, 0);
    throw error;
  });
  removeLeftovers(output, path.join(root, base));
  utimesSync(output, started, started);
  say(`built ${to} (${((Date.now() - started.getTime()) / 1000).toFixed(1)} s)`);
}

/**
 * Removes what was compiled from a file that is gone: ava would run it, npm would pack it.
 * @param {string} output
 * @param {string} base
 */
function removeLeftovers(output, base) {
  for (const name of entries(output)) {
    const [, stem] = /^(.*?)(?:\.d\.ts|\.js|\.js\.map)$/.exec(name) ?? [];
    if (stem && !existsSync(path.join(base, `${stem}.ts`))) rmSync(path.join(output, name), { force: true });
  }
}

/**
 * Folders count too: their time tells of a file that was removed.
 * @param {string} root
 * @param {string[]} folders
 */
function sources(root, folders) {
  const settings = readdirSync(root).filter((name) => /^(package|tsconfig.*)\.json$/.test(name));
  const inside = folders.flatMap((folder) => [
    folder,
    ...entries(path.join(root, folder)).map((name) => path.join(folder, name)),
  ]);
  return [...settings, ...inside].map((name) => path.join(root, name));
}

/** @param {string} folder */
function entries(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' });
}
