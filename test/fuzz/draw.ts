import fc from 'fast-check';
import { fuzzCase } from './arbitrary-case.js';
import type { FuzzCase } from './model.js';
import { smaller } from './smaller.js';

/** A case, and where it is found. */
export interface Drawn {
  readonly seed: number;
  /** The how manieth of the seed, from 0; then which of its smaller forms, and so on: numbers with `:` between. */
  readonly path: string;
  readonly input: FuzzCase;
}

/** The first cases of a seed. */
export const drawCases = (seed: number, count: number): Drawn[] =>
  fc.sample(fuzzCase, { seed, numRuns: count }).map((input, index) => ({ seed, path: String(index), input }));

/** Forms of a case that are smaller by one step. */
export const shrunk = ({ seed, path, input }: Drawn): Drawn[] =>
  [...smaller(input)].map((less, index) => ({ seed, path: `${path}:${index}`, input: less }));

/** The case at a path. Throws when there is none. */
export function caseAt(seed: number, path: string): Drawn {
  const [first = 0, ...rest] = path.split(':').map(Number);
  let found = drawCases(seed, first + 1)[first];
  for (const index of rest) found = found && shrunk(found)[index];
  if (!found) throw new Error(`Seed ${seed} has no case ${path}.`);
  return found;
}
