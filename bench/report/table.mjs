import { judge, summarize } from './statistics.mjs';

/** @typedef {import('../scenarios/scenario.mjs').Result} Result */

const HEAD = ['measured', 'of', 'median', 'quartiles', 'rounds', 'times ours', 'target'];

/** @param {number} value */
const number = (value) => (Number.isNaN(value) ? '–' : value.toFixed(value < 10 ? 1 : 0));

/** One row per contestant. @param {readonly Result[]} results @returns {string[][]} */
export function rowsOf(results) {
  return results.flatMap((result) => {
    const targets = judge(result).map(({ text, reached }) => `${text}: ${reached ? 'yes' : 'NO'}`);
    return summarize(result).map((row, i) => [
      i === 0 ? result.title : '',
      row.contestant,
      `${number(row.median)} ${row.unit}`,
      `${number(row.low)} – ${number(row.high)}`,
      row.lost === 0 ? `${row.rounds}` : `${row.rounds}, ${row.lost} lost`,
      row.ratio === undefined ? '' : row.ratio.toFixed(1),
      i === 0 ? targets.join('; ') : '',
    ]);
  });
}

/** For a terminal. @param {readonly Result[]} results */
export function plainTable(results) {
  const rows = [HEAD, ...rowsOf(results)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** @param {readonly Result[]} results */
export function markdownTable(results) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map(() => '---')), ...rowsOf(results).map(line)].join('\n');
}
