/** Number of characters to insert, drop, replace or swap with a neighbour to make one text of the other. */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      const steps = [(previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + cost];
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwap) steps.push((before[column - 2] ?? 0) + 1);
      current.push(Math.min(...steps));
    }
    before = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** The known name that a misspelt one is nearest to, or undefined when none is near (more than `limit` slips away). */
export function suggest(name: string, known: readonly string[], limit = 2): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, slips: distance(name, candidate) }))
    .sort((left, right) => left.slips - right.slips);
  const [best] = ranked;
  return best !== undefined && best.slips <= limit ? best.candidate : undefined;
}
