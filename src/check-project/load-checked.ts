import { basename } from 'node:path';
import type { ServiceBuild } from '../compose/build-target.js';
import { findComposeFiles, projectDirectoryOf } from '../compose/compose-files.js';
import type { ComposeCli } from '../compose/compose-requests.js';
import { readBuilds } from '../compose/load-project.js';
import { gapDiagnostic, readPlainProject } from '../compose/plain-project.js';
import type { Project } from '../compose/project.js';
import type { Diagnostic } from '../diagnostics.js';
import { LivepushError } from '../errors.js';
import { loadNamed } from '../session/open-compose.js';
import { type ComposePlaces, composePlaces, readComposeFiles } from './compose-places.js';

/** A project whose services are to be checked. */
export interface CheckedProject {
  readonly project: Project;
  readonly builds: readonly ServiceBuild[];
  /** Faults of single services say which; the others are about the project. */
  readonly diagnostics: readonly Diagnostic[];
  readonly places: ComposePlaces;
  /** Texts of the compose files, by the names that users know them by. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Reads the project by compose, or as plain YAML where there is none. Throws `compose-file` for a project that cannot be
 * read, and `usage` for a service that there is not.
 */
export async function loadChecked(cli: ComposeCli, services: readonly string[]): Promise<CheckedProject> {
  try {
    return await loadByCompose(cli, services);
  } catch (error) {
    if (!(error instanceof LivepushError) || error.code !== 'compose-missing') throw error;
    return loadPlainly(cli, services, error);
  }
}

async function loadByCompose(cli: ComposeCli, services: readonly string[]): Promise<CheckedProject> {
  const { project, builds, diagnostics, sources } = await loadNamed(cli, services);
  const { cwd, stdinText } = cli.options;
  const files = await cli.files();
  const others = sources.filter((source) => /\.ya?ml$/.test(source) && !files.includes(source));
  const read = await readComposeFiles([...others, ...files], { cwd, stdinText });
  const texts = new Map(read.map(({ file, text }) => [file, text]));
  return { ...only({ project, builds, diagnostics }, services), places: composePlaces(read), texts };
}

function unknownService({ services }: Project, wanted: readonly string[]): LivepushError | undefined {
  const names = services.map(({ name }) => name);
  const wrong = wanted.filter((name) => !names.includes(name));
  if (wrong.length === 0) return undefined;
  const hint = `The services are: ${names.join(', ')}. One with a profile may need --profile.`;
  return new LivepushError('usage', `There is no service ${wrong.join(', ')}.`, { hint });
}

/** Named services alone, without what they depend on. */
function only<Loaded extends Pick<CheckedProject, 'project' | 'builds' | 'diagnostics'>>(
  loaded: Loaded,
  wanted: readonly string[],
): Loaded {
  if (wanted.length === 0) return loaded;
  const services = loaded.project.services.filter(({ name }) => wanted.includes(name));
  return {
    ...loaded,
    project: { ...loaded.project, services },
    builds: loaded.builds.filter(({ service }) => wanted.includes(service.name)),
    diagnostics: loaded.diagnostics.filter(({ service }) => service === undefined || wanted.includes(service)),
  };
}

async function loadPlainly(
  { options }: ComposeCli,
  services: readonly string[],
  missing: LivepushError,
): Promise<CheckedProject> {
  const { cwd, env, profiles, stdinText, projectName } = options;
  const variable = (text: string): string => env[text.replace(/^\$\{(\w+)-\}$/, '$1')] ?? '';
  const files = await findComposeFiles({ ...options, interpolate: async (texts) => texts.map(variable) });
  const read = await readComposeFiles(files, { cwd, stdinText });
  const unread = files.filter((file) => !read.some(({ file: name }) => basename(name) === basename(file)));
  if (unread.length > 0)
    throw new LivepushError('compose-file', `There is no file ${unread.join(', ')} that can be read.`);
  const places = composePlaces(read);
  const { project, gaps } = readPlainProject({
    texts: read,
    projectDirectory: projectDirectoryOf(options, files),
    projectName: projectName ?? env.COMPOSE_PROJECT_NAME,
    profiles: [...profiles, ...(env.COMPOSE_PROFILES ?? '').split(',')],
  });
  const unknown = unknownService(project, services);
  if (unknown !== undefined) throw unknown;
  const { builds, diagnostics } = await readBuilds(project.services, cwd);
  const note: Diagnostic = {
    code: 'needs-compose',
    severity: 'note',
    message: `The compose file was read as plain YAML: ${missing.message}`,
    ...(missing.hint !== undefined && { hint: missing.hint }),
  };
  const named = gaps.map((gap): Diagnostic => {
    const place = places(gap.path);
    const [, service] = gap.path;
    return {
      ...gapDiagnostic(gap),
      ...(place && { file: place.file, range: place.range }),
      ...(service !== undefined && { service }),
    };
  });
  const texts = new Map(read.map(({ file, text }) => [file, text]));
  const loaded = { project, builds, diagnostics: [note, ...named, ...diagnostics], places, texts };
  return only(loaded, services);
}
