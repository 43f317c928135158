import type { Values } from '../base-command.js';
import type { CliContext } from '../context.js';
import { dockerEnvironment } from '../docker-environment.js';
import { commands, nameOf } from '../parser.js';
import { longName, type ReadLine } from './wanted-values.js';

/** What a shell is to do besides offering candidates; the numbers are those of cobra, the library of the Docker CLI. */
export const directives = { files: 0, noFiles: 4, fileExtensions: 8, folders: 16 } as const;

/** One thing that could be typed, and what it means. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** The answer to a shell. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly directive: (typeof directives)[keyof typeof directives];
}

/** Finds what could be typed. What cannot be found out, because the compose file has an error say, is left out. */
export async function findCandidates(line: ReadLine, context: CliContext): Promise<Candidates> {
  const { wanted, prefix } = line;
  switch (wanted.kind) {
    case 'commands':
      return only(
        prefix,
        commands.map((each) => ({ value: nameOf(each), description: each.usage.description ?? '' })),
      );
    case 'options':
      return only(prefix, [
        ...wanted.options.map((option) => ({ value: longName(option), description: plain(option.description ?? '') })),
        { value: '--help', description: 'Print usage' },
      ]);
    case 'values': {
      const found = await valuesOf(wanted.values, line, context);
      const left = found.candidates.filter(({ value }) => !wanted.given.includes(value));
      return found.directive === directives.fileExtensions
        ? found
        : { ...only(prefix, left), directive: found.directive };
    }
  }
}

/** Without the word that stands for an option's value. */
const plain = (description: string): string => description.replace(/^`[^`]+` /, '');

const only = (prefix: string, all: readonly Candidate[]): Candidates => ({
  candidates: all.filter(({ value }) => value.startsWith(prefix)),
  directive: directives.noFiles,
});

const named = (values: readonly string[]): Candidates => ({
  candidates: values.map((value) => ({ value, description: '' })),
  directive: directives.noFiles,
});

async function valuesOf(values: Values, line: ReadLine, context: CliContext): Promise<Candidates> {
  if (typeof values !== 'string') return named(values);
  switch (values) {
    case 'nothing':
      return named([]);
    case 'files':
      return { candidates: [], directive: directives.files };
    case 'folders':
      return { candidates: [], directive: directives.folders };
    case 'compose-files':
      return { ...named(['yml', 'yaml']), directive: directives.fileExtensions };
    case 'contexts':
      return named(await contexts(context));
    case 'services':
    case 'built-services':
    case 'profiles':
      return named(await fromProject(values, line, context).catch(() => []));
  }
}

async function contexts({ env, docker, homedir }: CliContext): Promise<string[]> {
  const { contextNames } = await import('../../docker/context-names.js');
  return contextNames(dockerEnvironment(env, docker), homedir);
}

/** All services and profiles, whatever profiles are in use: naming a service is enough to start it. */
/** Milliseconds that a shell's user is to wait for compose. */
const PATIENCE = 10_000;

async function fromProject(
  what: 'services' | 'built-services' | 'profiles',
  { options }: ReadLine,
  { cwd, env, docker }: CliContext,
): Promise<string[]> {
  const [{ openCompose }, { readProject }] = await Promise.all([
    import('../../session/open-compose.js'),
    import('../../compose/project.js'),
  ]);
  const limit = AbortSignal.timeout(PATIENCE);
  const last = (name: string): string | undefined => options.get(name)?.at(-1);
  const [projectName, projectDirectory] = [last('--project-name'), last('--project-directory')];
  const project = {
    ...{ cwd, profiles: ['*'], files: options.get('--file') ?? [], envFiles: options.get('--env-file') ?? [] },
    ...(projectName !== undefined && { projectName }),
    ...(projectDirectory !== undefined && { projectDirectory }),
  };
  const { services } = readProject(await openCompose(project, dockerEnvironment(env, docker), limit).config());
  switch (what) {
    case 'services':
      return services.map(({ name }) => name);
    case 'built-services':
      return services.filter(({ build }) => build !== undefined).map(({ name }) => name);
    case 'profiles':
      return [...new Set(services.flatMap(({ profiles }) => profiles))].sort();
  }
}
