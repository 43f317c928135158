import { basename, isAbsolute, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics.js';
import { type Project, projectOf } from './project.js';
import { readYaml } from './read-yaml.js';
import { listOf, mapOf, textOf, textsOf, type YamlMap } from './yaml-value.js';

/** A compose file, and what it says. */
export interface ComposeText {
  /** Path as the user would name it. */
  readonly file: string;
  readonly text: string;
}

/** What a plain reading of compose files is done with. */
export interface PlainReading {
  /** In the order in which they are laid over each other. */
  readonly texts: readonly ComposeText[];
  /** Absolute path that paths are relative to. */
  readonly projectDirectory: string;
  readonly projectName: string | undefined;
  /** Profiles that are on. */
  readonly profiles: readonly string[];
}

/** A project as far as it can be read without compose. Without a range: the reader knows where the paths stand. */
export interface PlainProject {
  readonly project: Project;
  readonly gaps: readonly Gap[];
}

/** Something that only compose can read. */
export interface Gap {
  readonly path: readonly string[];
  readonly message: string;
}

/** The parts of a service that decide what is built and how it runs. */
const RELEVANT = ['build', 'volumes', 'tmpfs', 'entrypoint', 'command', 'read_only', 'image', 'platform', 'profiles'];

/**
 * Reads compose files as plain YAML, for a machine without compose: files are laid over each other, short forms and
 * relative paths are resolved. What needs compose is named. Throws `compose-file` for text that is no YAML.
 */
export function readPlainProject({ texts, projectDirectory, projectName, profiles }: PlainReading): PlainProject {
  const root = mapOf(texts.map(({ text }) => readYaml(text)).reduce(merge, undefined));
  const all = Object.entries(mapOf(root.services)).map(([name, value]) => [name, mapOf(value)] as const);
  const isOn = (service: YamlMap): boolean => {
    const own = textsOf(service.profiles);
    return own.length === 0 || own.some((profile) => profiles.includes(profile) || profiles.includes('*'));
  };
  const active = all.filter(([, service]) => isOn(service));
  const gaps = [...rootGaps(root), ...active.flatMap(([name, service]) => serviceGaps(name, service))];
  const services = Object.fromEntries(
    active.map(([name, service]) => [name, normal(withoutVariables(service), projectDirectory)]),
  );
  const name = projectName ?? textOf(root.name) ?? basename(projectDirectory);
  return { project: projectOf({ ...root, name, services }), gaps };
}

/** Compose's rule for several files: mappings are merged, lists are joined, anything else is replaced. */
function merge(under: unknown, over: unknown): unknown {
  if (Array.isArray(under) && Array.isArray(over)) return [...under, ...over];
  const [left, right] = [mapOf(under), mapOf(over)];
  if (Object.keys(left).length === 0 || Object.keys(right).length === 0) return over ?? under;
  const merged: Record<string, unknown> = { ...left };
  for (const [key, value] of Object.entries(right)) merged[key] = key in left ? merge(left[key], value) : value;
  return merged;
}

function rootGaps(root: YamlMap): Gap[] {
  if (root.include === undefined) return [];
  return [{ path: ['include'], message: 'Services of included files are not checked without docker compose.' }];
}

const hasVariable = (value: unknown): boolean => /\$(?!\$)/.test(JSON.stringify(value ?? '').replaceAll('$$', ''));

function serviceGaps(name: string, service: YamlMap): Gap[] {
  const extended = service.extends === undefined ? [] : [gap(name, 'extends', 'what it extends is not read')];
  const variables = RELEVANT.filter((key) => hasVariable(service[key])).map((key) =>
    gap(name, key, 'its variables are not replaced, and it is passed over'),
  );
  return [...extended, ...variables];
}

const gap = (name: string, key: string, what: string): Gap => ({
  path: ['services', name, key],
  message: `Service ${name} is read without docker compose: ${what}.`,
});

const withoutVariables = (service: YamlMap): YamlMap =>
  Object.fromEntries(Object.entries(service).filter(([key, value]) => !RELEVANT.includes(key) || !hasVariable(value)));

/** A service with short forms written out and paths made absolute, as compose would print it. */
function normal(service: YamlMap, folder: string): YamlMap {
  return {
    ...service,
    ...(service.build !== undefined && { build: normalBuild(service.build, folder) }),
    volumes: listOf(service.volumes).map((entry) => normalMount(entry, folder)),
  };
}

const isRemote = (context: string): boolean => /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i.test(context);

function normalBuild(value: unknown, folder: string): YamlMap {
  const build = typeof value === 'string' ? { context: value } : mapOf(value);
  const context = textOf(build.context) ?? '.';
  return { ...build, context: isRemote(context) ? context : resolve(folder, context) };
}

function normalMount(entry: unknown, folder: string): unknown {
  if (typeof entry !== 'string') {
    const mount = mapOf(entry);
    const source = textOf(mount.source);
    return mount.type === 'bind' && source !== undefined ? { ...mount, source: resolve(folder, source) } : entry;
  }
  const [first = '', target, mode = ''] = entry.split(':');
  if (target === undefined) return { type: 'volume', target: first };
  const isPath = isAbsolute(first) || first.startsWith('.') || first.startsWith('~');
  const source = isPath ? resolve(folder, first) : first;
  return { type: isPath ? 'bind' : 'volume', source, target, read_only: mode.split(',').includes('ro') };
}

/** The diagnostic of a gap, but for its place. */
export const gapDiagnostic = ({ message }: Gap): Diagnostic => ({
  code: 'needs-compose',
  severity: 'warning',
  message,
  hint: 'Install docker compose 2.24 or newer for a full check.',
});
