import type { ContextEntry } from './context-tree.js';
import { type CopyMap, membersAt } from './copy-map.js';

/** True where a COPY step unpacks this rather than copying it, should it be a source of its own. */
export const unpacks = ({ step }: CopyMap, entry: ContextEntry): boolean =>
  step.add && entry.kind === 'file' && entry.archive !== undefined;

/** What a path of the context is or was as something that is copied as it is. */
export const kindsOf = (map: CopyMap, entries: readonly ContextEntry[]): Set<ContextEntry['kind']> =>
  new Set(entries.filter((entry) => !unpacks(map, entry)).map(({ kind }) => kind));

/** Where the step puts a path of the context, and what comes out of it, when it is or was all of these. */
export function landingsOf(map: CopyMap, path: string, entries: readonly ContextEntry[]): string[] {
  const members = entries.flatMap((entry) => membersOf(map, path, entry));
  return [...map.destinationsOf(path, () => kindsOf(map, entries)), ...members];
}

/** What an archive holds or held, when the step names it itself. */
function membersOf(map: CopyMap, path: string, entry: ContextEntry): readonly string[] {
  if (!unpacks(map, entry) || entry.kind !== 'file' || !map.names(path)) return [];
  return membersAt(map.destination.path, entry.archive ?? 'unlisted');
}
