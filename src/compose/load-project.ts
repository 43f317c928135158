import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics.js';
import { messageOf } from '../errors.js';
import { attachedLabel } from './attached-files.js';
import type { BuildSpec } from './build-spec.js';
import {
  type AdditionalFolder,
  contextFault,
  type FileLookup,
  fileFault,
  ignoreCandidates,
  ignoreFileIn,
  remoteContext,
  type ServiceBuild,
  shownDockerfile,
  shownPath,
} from './build-target.js';
import { projectDirectoryOf } from './compose-files.js';
import type { ComposeCli } from './compose-requests.js';
import { nameClashes } from './name-clashes.js';
import { type Project, readProject, type Service } from './project.js';
import { findSources } from './project-sources.js';
import { withRunHooks } from './with-run-hooks.js';

export interface LoadedProject {
  readonly project: Project;
  /** The services that are built from files of this machine. */
  readonly builds: readonly ServiceBuild[];
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of the files behind the project (compose files, env files): a change of one calls for a new load. */
  readonly sources: readonly string[];
}

/**
 * Reads the project and the Dockerfiles of its services. With services named, these and what they depend on.
 * Throws `compose-missing` and `compose-file`; what is wrong with a single service is a diagnostic.
 */
export async function loadProject(cli: ComposeCli, services: readonly string[] = []): Promise<LoadedProject> {
  const warnings: Diagnostic[] = [];
  const onWarning = (message: string): void => {
    warnings.push({ code: 'compose-warning', severity: 'warning', message });
  };
  const [version, text] = await Promise.all([cli.version(), cli.config({ services, onWarning })]);
  const { project, diagnostics: passedOver } = withRunHooks(readProject(text), version);
  const read = await Promise.all(project.services.map((service) => withContents(service, cli)));
  const { builds, diagnostics } = await readBuilds(read, cli.options.cwd);
  const attached = read.flatMap((service) => service.attached.flatMap(({ file }) => file ?? []));
  return {
    project: { ...project, services: read },
    builds,
    diagnostics: [...warnings, ...passedOver, ...nameClashes(project), ...diagnostics],
    sources: [...new Set([...(await sourcesOf(cli)), ...attached])],
  };
}

/** The service with digests of what its configs and secrets are: never with their content. */
async function withContents(service: Service, cli: ComposeCli): Promise<Service> {
  const { cwd } = cli.options;
  const digests = service.attached.map(async (attached) => {
    const { file, environment, definition } = attached;
    const content = file === undefined ? undefined : await contentOf(file);
    const value = environment === undefined ? undefined : await variable(cli, environment);
    const hash = createHash('sha256').update(definition).update('\0');
    const digest = hash
      .update(content ?? '')
      .update(value ?? '')
      .digest('base64');
    return [attachedLabel(attached, file === undefined ? undefined : shownPath(file, cwd)), digest] as const;
  });
  return { ...service, contents: Object.fromEntries(await Promise.all(digests)) };
}

/** Undefined for what is no regular file, or cannot be read. */
async function contentOf(file: string): Promise<Buffer | undefined> {
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  return isFile ? readFile(file).catch(() => undefined) : undefined;
}

/** The value that a variable has for the project. */
async function variable(cli: ComposeCli, name: string): Promise<string | undefined> {
  const folder = projectDirectoryOf(cli.options, await cli.files());
  const [value] = await cli.interpolate([`\${${name}-}`], folder);
  return value;
}

/** Reads the Dockerfiles and ignore files of services. `cwd` is what shown paths are relative to. */
export async function readBuilds(
  services: readonly Service[],
  cwd: string,
): Promise<Pick<LoadedProject, 'builds' | 'diagnostics'>> {
  const read = await Promise.all(
    services.map(async (service) => {
      const { build, diagnostics } = await readBuild(service, cwd);
      return { build, diagnostics: diagnostics.map((diagnostic) => ({ ...diagnostic, service: service.name })) };
    }),
  );
  return {
    builds: read.flatMap(({ build }) => build ?? []),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  };
}

/** The env files that compose takes a project's variables from, there or not, and the one beside the working folder. */
function envFilesOf({ cwd, envFiles, env }: ComposeCli['options'], projectDirectory: string): string[] {
  const given = envFiles.length > 0 ? envFiles : (env.COMPOSE_ENV_FILES || '').split(',').filter((file) => file !== '');
  if (given.length > 0) return given.map((file) => resolve(cwd, file));
  // that of the working folder may set COMPOSE_FILE
  return [...new Set([join(cwd, '.env'), join(projectDirectory, '.env')])];
}

async function sourcesOf(cli: ComposeCli): Promise<readonly string[]> {
  const files = await cli.files();
  const projectDirectory = projectDirectoryOf(cli.options, files);
  const envFiles = envFilesOf(cli.options, projectDirectory);
  const readText = async (path: string): Promise<string | undefined> => {
    const lookup = await lookUp(path);
    return lookup.kind === 'text' ? lookup.text : undefined;
  };
  return findSources({ files, projectDirectory, envFiles, readText, interpolate: cli.interpolate });
}

interface ReadBuild {
  readonly build?: ServiceBuild;
  readonly diagnostics: readonly Diagnostic[];
}

async function readBuild(service: Service, cwd: string): Promise<ReadBuild> {
  if (service.build === undefined) return { diagnostics: [] };
  const spec = await withFoundName(service.build);
  if (spec.remote) return { diagnostics: [remoteContext(service, spec)] };
  if (!(await isFolder(spec.context))) return { diagnostics: [contextFault(service, shownPath(spec.context, cwd))] };
  const dockerfilePath = shownDockerfile(service, spec, cwd);
  const dockerfile: FileLookup =
    spec.dockerfile === undefined ? { kind: 'text', text: spec.inline ?? '' } : await lookUp(spec.dockerfile);
  if (dockerfile.kind !== 'text') return { diagnostics: [fileFault(service, dockerfilePath, dockerfile)] };
  const additionalFolders = await readFolders(spec, cwd);
  const parts = { service, spec, dockerfilePath, dockerfileText: dockerfile.text, additionalFolders };
  for (const { path, isOwn } of ignoreCandidates(spec)) {
    const lookup = await lookUp(path);
    if (lookup.kind === 'unreadable') return { diagnostics: [fileFault(service, shownPath(path, cwd), lookup)] };
    if (lookup.kind === 'missing') continue;
    return { build: { ...parts, ignorePath: path, ignoreText: lookup.text, ignoreIsOwn: isOwn }, diagnostics: [] };
  }
  return { build: { ...parts, ignorePath: undefined, ignoreText: undefined, ignoreIsOwn: false }, diagnostics: [] };
}

/** The additional contexts that are folders; of one that is not there a build complains. */
async function readFolders({ additionalContexts }: BuildSpec, cwd: string): Promise<AdditionalFolder[]> {
  const read = Object.entries(additionalContexts).map(async ([name, folder]): Promise<AdditionalFolder[]> => {
    if (!isAbsolute(folder) || !(await isFolder(folder))) return [];
    const ignore = await lookUp(ignoreFileIn(folder));
    const ignoreText = ignore.kind === 'text' ? ignore.text : undefined;
    return [{ name, folder, shown: shownPath(folder, cwd), ignoreText }];
  });
  return (await Promise.all(read)).flat();
}

/** Where there is no `Dockerfile`, docker takes a `dockerfile` instead. */
async function withFoundName(spec: BuildSpec): Promise<BuildSpec> {
  if (spec.dockerfile === undefined || basename(spec.dockerfile) !== 'Dockerfile') return spec;
  const folder = dirname(spec.dockerfile);
  const names = await readdir(folder).catch((): string[] => []);
  const isLowerCase = !names.includes('Dockerfile') && names.includes('dockerfile');
  return isLowerCase ? { ...spec, dockerfile: join(folder, 'dockerfile') } : spec;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

async function lookUp(path: string): Promise<FileLookup> {
  try {
    const found = await stat(path);
    // one that nobody writes to, or that never ends, would be read for ever
    if (!found.isFile() && !found.isDirectory()) return { kind: 'unreadable', reason: 'it is no regular file' };
    const text = await readFile(path, 'utf8');
    return text.includes('\0') ? { kind: 'unreadable', reason: 'it is no text' } : { kind: 'text', text };
  } catch (thrown) {
    const isMissing = /\b(?:ENOENT|ENOTDIR)\b/.test(messageOf(thrown));
    return isMissing ? { kind: 'missing' } : { kind: 'unreadable', reason: reasonOf(messageOf(thrown)) };
  }
}

/** `EISDIR: illegal operation on a directory, read` without the code and the call. */
const reasonOf = (message: string): string => message.replace(/^[A-Z]+: /, '').replace(/, \w+(?: '.*')?$/, '');
