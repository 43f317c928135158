import { readFile } from 'node:fs/promises';
import type { Place } from '../check/place.js';
import { shownPath } from '../compose/build-target.js';
import { indexYaml, type YamlIndex, type YamlPlace } from '../compose/read-yaml.js';

/** What stands at a path of the compose files, and in which. */
export interface ComposePlace extends YamlPlace, Place {}

/** Finds where something of the project is written; in the last file that has it. */
export type ComposePlaces = (path: readonly (string | number)[]) => ComposePlace | undefined;

/** A compose file with its text. */
export interface ReadComposeFile {
  readonly file: string;
  readonly text: string;
}

/** The texts of compose files, named as the user would; those that cannot be read are left out. */
export async function readComposeFiles(
  files: readonly string[],
  { cwd, stdinText }: { readonly cwd: string; readonly stdinText: string | undefined },
): Promise<ReadComposeFile[]> {
  const read = files.map(async (file): Promise<ReadComposeFile[]> => {
    if (file === '-') return [{ file: '-', text: stdinText ?? '' }];
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? [] : [{ file: shownPath(file, cwd), text }];
  });
  return (await Promise.all(read)).flat();
}

/** The places in these files. They are read when the first place is asked for. */
export function composePlaces(files: readonly ReadComposeFile[]): ComposePlaces {
  const indexes = new Map<string, YamlIndex>();
  const indexOf = ({ file, text }: ReadComposeFile): YamlIndex => {
    const index = indexes.get(file) ?? indexYaml(text);
    indexes.set(file, index);
    return index;
  };
  return (path) => {
    for (const read of files.toReversed()) {
      const found = indexOf(read)(path);
      if (found !== undefined) return { file: read.file, ...found };
    }
    return undefined;
  };
}
