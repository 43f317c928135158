import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The `word => [result]` lines of a file in `fixtures/variables`; V is `foo.bar.baz`, W is empty, the others are not set. */
export function readWords(file: string): { word: string; result: string }[] {
  const lines = readFileSync(join('fixtures', 'variables', file), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const [, word = '', result = ''] = /^(.*) => \[(.*)\]$/.exec(line) ?? [];
    return { word, result };
  });
}
