import { judge, summarize } from './statistics.mjs';

/** @typedef {import('../scenarios/scenario.mjs').Result} Result */

const HEAD = ['measured', 'of', 'median', 'quartiles', 'rounds', 'times ours', 'target'];

/** @param {number} value */
const number = (value) => value.toFixed(value < 10 ? 1 : 0);

/** Nothing of one that lost all its rounds. @param {ReturnType<typeof summarize>[number]} row */
function figuresOf({ median, low, high, ratio, unit }) {
  if (Number.isNaN(median)) return ['', '', ''];
  return [`${number(median)} ${unit}`, `${number(low)} – ${number(high)}`, ratio === undefined ? '' : ratio.toFixed(1)];
}

/** One row per contestant. @param {readonly Result[]} results @returns {string[][]} */
export function rowsOf(results) {
  return results.flatMap((result) => {
    const targets = judge(result).map(({ text, reached }) => `${text}: ${reached ? 'yes' : 'NO'}`);
    return summarize(result).map((row, i) => {
      const [median = '', quartiles = '', ratio = ''] = figuresOf(row);
      const rounds = row.lost === 0 ? `${row.rounds}` : `${row.rounds}, ${row.lost} lost`;
      return [
        i === 0 ? result.title : '',
        row.contestant,
        ...[median, quartiles, rounds, ratio],
        i === 0 ? targets.join('; ') : '',
      ];
    });
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
