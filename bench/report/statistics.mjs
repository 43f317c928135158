/** @param {readonly number[]} samples @param {number} share from 0 to 1 */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** @param {readonly number[]} samples */
export const median = (samples) => quantile(samples, 0.5);

/**
 * @param {import('../scenarios/scenario.mjs').Result} result
 * @returns {{ contestant: string, unit: string, median: number, low: number, high: number, rounds: number, lost: number, ratio: number | undefined }[]}
 *   `low` and `high` are the quartiles; `ratio` says how many times ours the median is
 */
export function summarize({ rows }) {
  const ours = median(rows[0]?.samples ?? []);
  return rows.map(({ contestant, unit, samples, lost }, i) => ({
    contestant,
    unit,
    median: median(samples),
    low: quantile(samples, 0.25),
    high: quantile(samples, 0.75),
    rounds: samples.length + lost.length,
    lost: lost.length,
    ratio: i === 0 || ours === 0 ? undefined : median(samples) / ours,
  }));
}

/**
 * What is asked of ours, and whether it is so. A share of a contestant that was not measured says nothing.
 * @param {import('../scenarios/scenario.mjs').Result} result
 */
export function judge({ rows, bounds }) {
  const ours = median(rows[0]?.samples ?? []);
  const unit = rows[0]?.unit ?? '';
  return bounds.flatMap(({ of, value }) => {
    const other = rows.find(({ contestant }) => contestant === of);
    if (of !== undefined && other === undefined) return [];
    const limit = other === undefined ? value : value * median(other.samples);
    const text = of === undefined ? `at most ${value} ${unit}` : `at most 1/${Math.round(1 / value)} of ${of}`;
    // a contestant that lost every change sets no limit
    return Number.isNaN(limit) ? [] : [{ text, reached: ours <= limit && rows[0]?.lost.length === 0 }];
  });
}
