import { suggest } from '../../dockerfile/suggest.js';
import { type Finding, type Rule, rule } from '../rule.js';
import { serviceIgnores } from '../service-ignores.js';
import { readSuppressions } from '../suppression.js';
import { placeOfLines } from '../tokens.js';

const info = {
  id: 'bad-ignore',
  severity: 'warning',
  summary: 'A request to ignore a rule names none, or is not written as one.',
} as const;

/** Requests to ignore rules that there are not. `ids` are those of all other rules. */
export function badIgnore(ids: readonly string[]): Rule {
  const known = [...ids, info.id];
  const unknown = (id: string): Pick<Finding, 'message' | 'hint'>[] => {
    if (known.includes(id)) return [];
    const near = suggest(id, known, 4);
    const hint = near === undefined ? 'check --list-rules shows all rules.' : `Did you mean ${near}?`;
    return [{ message: `There is no rule ${id} that could be ignored.`, hint }];
  };
  return rule(info, (files, { service }): Finding[] => {
    const inFile = readSuppressions(files.lines).flatMap(({ ids: named, line }) => {
      const place = placeOfLines(files, { line, endLine: line });
      if (named.length > 0) return named.flatMap(unknown).map((finding) => ({ ...finding, place }));
      return [{ message: 'No rule is named here.', hint: 'Write # livepush-check ignore=ID', place }];
    });
    const { ids: named, fault } = serviceIgnores(service.livepush);
    const place = service.placeOf('x-livepush');
    const malformed = fault === undefined ? [] : [{ ...fault, place }];
    return [...inFile, ...malformed, ...named.flatMap(unknown).map((finding) => ({ ...finding, place }))];
  });
}
