import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../scripts/setup/set-up.mjs';
import { markdownTable } from './table.mjs';

/** @typedef {import('../scenarios/scenario.mjs').Result} Result */
/** @typedef {Awaited<ReturnType<typeof import('./machine.mjs').describeRun>>} Run */

const file = path.join(root, 'bench', 'RESULTS.md');
const [open, close] = ['<!-- results -->', '<!-- end of results -->'];

/** Puts the results between the two marks of bench/RESULTS.md; the words around them stay. @param {Run} run @param {readonly Result[]} results */
export async function writeReport(run, results) {
  const text = await readFile(file, 'utf8');
  const [before, after] = [text.indexOf(open) + open.length, text.indexOf(close)];
  await writeFile(file, `${text.slice(0, before)}\n\n${body(run, results)}\n\n${text.slice(after)}`);
  return path.relative(process.cwd(), file);
}

/** @param {Run} run @param {readonly Result[]} results */
function body({ date, machine, versions }, results) {
  const of = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const notes = results.flatMap(({ title, note }) => (note === undefined ? [] : [`- ${title}: ${note}`]));
  const measured = `Measured on ${date}, ${machine}: ${of.join(', ')}.`;
  return [measured, markdownTable(results), ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n');
}
