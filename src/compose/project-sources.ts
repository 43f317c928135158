import { dirname, resolve } from 'node:path';
import { readYaml } from './read-yaml.js';
import { listOf, mapOf, textOf, textsOf, type YamlMap } from './yaml-value.js';

export interface SourceReader {
  /** The compose files in use; `-` is passed over. */
  readonly files: readonly string[];
  readonly projectDirectory: string;
  /** Undefined for a file that cannot be read. */
  readonly readText: (path: string) => Promise<string | undefined>;
  readonly interpolate: (texts: readonly string[], folder: string) => Promise<string[]>;
}

/** A path as written and the folder that it is relative to. */
interface PathIn {
  readonly path: string;
  readonly folder: string;
}

/**
 * Absolute paths of the files that a project is made of, since `docker compose config` does not name them: its compose
 * files, what they include or extend, and their env files. Files that cannot be read are named all the same.
 */
export async function findSources(reader: SourceReader): Promise<readonly string[]> {
  const composeFiles = new Set<string>();
  const envFiles = new Set<string>();
  const queue = reader.files.filter((file) => file !== '-').map((file) => ({ file, folder: reader.projectDirectory }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { file, folder } = next;
    if (composeFiles.has(file)) continue;
    composeFiles.add(file);
    const root = await readRoot(reader, file);
    for (const path of await resolveAll(reader, envFilesOf(root, folder))) envFiles.add(path);
    for (const path of await resolveAll(reader, linkedFiles(root, folder)))
      queue.push({ file: path, folder: dirname(path) });
  }
  return [...composeFiles, ...envFiles];
}

async function readRoot({ readText }: SourceReader, file: string): Promise<YamlMap> {
  const text = await readText(file);
  try {
    return mapOf(text === undefined ? undefined : readYaml(text));
  } catch {
    // Compose is the one to complain about it.
    return {};
  }
}

/** Absolute paths, in the same order. Compose is asked only where a variable is in a path. */
async function resolveAll(
  { interpolate, projectDirectory }: SourceReader,
  paths: readonly PathIn[],
): Promise<string[]> {
  const written = paths.map(({ path }) => path);
  const texts = written.some((path) => path.includes('$')) ? await interpolate(written, projectDirectory) : written;
  return paths.map(({ folder, path }, index) => resolve(folder, texts[index] ?? path));
}

/** An entry is a path, or a mapping with one or several. */
const pathsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((entry) => textsOf(mapOf(entry).path ?? entry));

const servicesOf = (root: YamlMap): YamlMap[] => Object.values(mapOf(root.services)).map(mapOf);

function envFilesOf(root: YamlMap, folder: string): PathIn[] {
  const entries = [...servicesOf(root), ...listOf(root.include).map(mapOf)];
  return entries.flatMap((entry) => pathsOf(entry.env_file)).map((path) => ({ path, folder }));
}

/** Files named by `include` and `extends`. */
function linkedFiles(root: YamlMap, folder: string): PathIn[] {
  const included = listOf(root.include).flatMap(pathsOf);
  const extended = servicesOf(root).flatMap((service) => textOf(mapOf(service.extends).file) ?? []);
  return [...included, ...extended].map((path) => ({ path, folder }));
}
