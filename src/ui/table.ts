import { column as columnOf, widthOf } from './tty/columns.js';

/** Columns are at least this wide when the table has to be narrowed. */
const NARROWEST = 8;
const GAP = '   ';

/** Lines of a table with aligned columns. One that is wider than `width` has its longest cells cut, marked by `…`. */
export function formatTable(rows: readonly (readonly string[])[], width: number): string[] {
  const natural = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  const widths = narrow(natural, width - GAP.length * (natural.length - 1));
  return rows.map((row) =>
    widths
      .map((space, column) => columnOf(row[column] ?? '', space))
      .join(GAP)
      .trimEnd(),
  );
}

/** Takes from the widest column, one by one, until all fit. */
function narrow(widths: readonly number[], available: number): number[] {
  const result = [...widths];
  const sum = () => result.reduce((total, each) => total + each, 0);
  while (sum() > available) {
    const widest = result.indexOf(Math.max(...result));
    if ((result[widest] ?? 0) <= NARROWEST) break;
    result[widest] = (result[widest] ?? 0) - 1;
  }
  return result;
}
