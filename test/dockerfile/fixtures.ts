import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One folder of `fixtures/<kind>`: its name is the behaviour it shows. */
export interface Fixture {
  readonly title: string;
  /** The text of a file, or undefined when the folder has none of that name. */
  readonly read: (file: string) => string | undefined;
}

/** All folders of `fixtures/<kind>`, in the order of their names. */
export function fixturesOf(kind: string): Fixture[] {
  const root = join('fixtures', kind);
  return readdirSync(root)
    .sort()
    .map((name) => ({
      title: name.replaceAll('-', ' '),
      read: (file) => {
        const path = join(root, name, file);
        return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
      },
    }));
}
