import { LivepushError } from '../errors.js';

/** The format that `--format` names. Throws `usage`. */
export function chosenFormat<Format extends string>(given: string, formats: readonly Format[]): Format {
  const found = formats.find((format) => format === given);
  if (found !== undefined) return found;
  throw new LivepushError('usage', `There is no --format ${given}.`, { hint: `Use one of ${formats.join(', ')}.` });
}
