import { dirname, join, resolve } from 'node:path';
import { readYaml } from './read-yaml.js';
import { listOf, mapOf, textOf, textsOf, type YamlMap } from './yaml-value.js';

export interface SourceReader {
  /** The compose files in use; `-` is passed over. */
  readonly files: readonly string[];
  readonly projectDirectory: string;
  /** Absolute paths of the env files that the project's variables come from, the one that wins last. */
  readonly envFiles: readonly string[];
  /** Undefined for a file that cannot be read. */
  readonly readText: (path: string) => Promise<string | undefined>;
  readonly interpolate: (texts: readonly string[], folder: string, envFiles: readonly string[]) => Promise<string[]>;
}

/** What the paths of a compose file are read by. */
interface Scope {
  /** The folder that they are relative to. */
  readonly folder: string;
  /** What their variables come from, the one that wins last. */
  readonly envFiles: readonly string[];
}

/** A compose file that is yet to be read. */
interface Part {
  readonly file: string;
  readonly scope: Scope;
}

/**
 * Absolute paths of the files that a project is made of, since `docker compose config` does not name them: its compose
 * files, what they include or extend, and their env files, by the rules of compose's own loader. Files that cannot be read
 * are named all the same.
 */
export async function findSources(reader: SourceReader): Promise<readonly string[]> {
  const composeFiles = new Set<string>();
  const others = new Set<string>(reader.envFiles);
  const seen = new Set<string>();
  const scope = { folder: reader.projectDirectory, envFiles: reader.envFiles };
  const queue: Part[] = reader.files.filter((file) => file !== '-').map((file) => ({ file, scope }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const key = `${next.file}\0${next.scope.folder}`;
    if (seen.has(key)) continue;
    seen.add(key);
    composeFiles.add(next.file);
    const root = await readRoot(reader, next.file);
    for (const path of await resolveAll(reader, filesOfServices(root), next.scope)) others.add(path);
    const extended = await resolveAll(reader, extendedFiles(root), next.scope);
    queue.push(...extended.map((file) => ({ file, scope: { ...next.scope, folder: dirname(file) } })));
    for (const entry of listOf(root.include)) {
      const included = await readInclude(reader, entry, next.scope);
      for (const path of included?.scope.envFiles ?? []) others.add(path);
      queue.push(...(included?.files.map((file) => ({ file, scope: included.scope })) ?? []));
    }
  }
  return [...composeFiles, ...others];
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

/**
 * An entry of `include`: its own paths are relative to the folder of the file that it stands in, and what it includes to its
 * `project_directory`, else to the folder of the first file. Variables of the including project win over its own.
 */
async function readInclude(reader: SourceReader, entry: unknown, scope: Scope) {
  const { project_directory: directory, env_file: written } = mapOf(entry);
  const files = await resolveAll(reader, pathsOf(entry), scope);
  const [first] = files;
  if (first === undefined) return undefined;
  const [named] = await resolveAll(reader, textsOf(directory ?? []), scope);
  const folder = named ?? dirname(first);
  const given = await resolveAll(
    reader,
    textsOf(written ?? []).filter((path) => path !== '/dev/null'),
    scope,
  );
  const envFiles = written === undefined ? [join(folder, '.env')] : given;
  return { files, scope: { folder, envFiles: [...envFiles, ...scope.envFiles] } };
}

/** Absolute paths, in the same order. Compose is asked only where a variable is in a path. */
async function resolveAll(reader: SourceReader, paths: readonly string[], scope: Scope): Promise<string[]> {
  const { folder, envFiles } = scope;
  const hasVariables = paths.some((path) => path.includes('$'));
  const texts = hasVariables ? await reader.interpolate(paths, reader.projectDirectory, envFiles) : paths;
  return texts.map((text) => resolve(folder, text));
}

/** An entry is a path, or a mapping with one or several. */
const pathsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((entry) => textsOf(mapOf(entry).path ?? entry));

const servicesOf = (root: YamlMap): YamlMap[] => Object.values(mapOf(root.services)).map(mapOf);

/** Files that compose reads to know a service: those of its environment and of its labels. */
const filesOfServices = (root: YamlMap): string[] =>
  servicesOf(root).flatMap((service) => [...pathsOf(service.env_file), ...pathsOf(service.label_file)]);

const extendedFiles = (root: YamlMap): string[] =>
  servicesOf(root).flatMap((service) => textOf(mapOf(service.extends).file) ?? []);
