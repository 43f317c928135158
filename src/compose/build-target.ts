import { isAbsolute, relative, sep } from 'node:path';
import type { Diagnostic } from '../diagnostics.js';
import type { BuildSpec } from './build-spec.js';
import type { Service } from './project.js';

/** A service that is built, with the texts that decide its build. */
export interface ServiceBuild {
  readonly service: Service;
  readonly spec: BuildSpec;
  /** As users would name it: relative to the working folder when below it; for an inline one the compose key. */
  readonly dockerfilePath: string;
  readonly dockerfileText: string;
  /** Absolute path of the ignore file that counts; undefined without one. */
  readonly ignorePath: string | undefined;
  readonly ignoreText: string | undefined;
  /** The ignore file belongs to this Dockerfile alone (`<Dockerfile>.dockerignore`). */
  readonly ignoreIsOwn: boolean;
  /** The additional contexts that are folders of this machine. */
  readonly additionalFolders: readonly AdditionalFolder[];
}

/** A folder that a build is given by a name, besides its context. */
export interface AdditionalFolder {
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
  /** As users would name it: relative to the working folder when below it. */
  readonly shown: string;
  /** Its `.dockerignore`; undefined without one. That of a Dockerfile does not count here. */
  readonly ignoreText: string | undefined;
}

/** The ignore file of a context; of an additional one no other counts. */
export const ignoreFileIn = (folder: string): string => `${folder.replace(/[\\/]$/, '')}${sep}.dockerignore`;

/** A file that was looked for: its text, that nothing is there, or why it cannot be read. */
export type FileLookup =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The path as users would name it: relative when below `cwd`, else absolute. */
export function shownPath(path: string, cwd: string): string {
  const below = relative(cwd, path);
  const isBelow = below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
  return isBelow ? below || '.' : path;
}

/** What users are shown for a service's Dockerfile. */
export function shownDockerfile({ name }: Service, { dockerfile }: BuildSpec, cwd: string): string {
  return dockerfile === undefined ? `services.${name}.build.dockerfile_inline` : shownPath(dockerfile, cwd);
}

/**
 * Ignore files of a build, the one that wins first. BuildKit takes `<Dockerfile>.dockerignore`, empty or not, where it
 * stands beside the Dockerfile, and `.dockerignore` of the context otherwise; an inline Dockerfile has only the latter.
 */
export function ignoreCandidates({ context, dockerfile }: BuildSpec): readonly { path: string; isOwn: boolean }[] {
  const ofContext = { path: ignoreFileIn(context), isOwn: false };
  return dockerfile === undefined ? [ofContext] : [{ path: `${dockerfile}.dockerignore`, isOwn: true }, ofContext];
}

/** A service that is built from a git repository or an archive: there is nothing on this machine to follow. */
export function remoteContext({ name }: Service, { context }: BuildSpec): Diagnostic {
  return {
    code: 'remote-context',
    severity: 'note',
    message: `Service ${name} is built from the remote context ${context}: it gets no pushes.`,
  };
}

/** The fault of a context that is not there, or is no folder. */
export function contextFault({ name }: Service, shown: string): Diagnostic {
  return {
    code: 'build-context-missing',
    severity: 'error',
    message: `The build context of service ${name} is not there: no folder ${shown}.`,
    hint: `Create it, or correct services.${name}.build.context in the compose file.`,
  };
}

/** The fault of a Dockerfile or an ignore file that is not there or cannot be read. */
export function fileFault({ name }: Service, file: string, lookup: Exclude<FileLookup, { kind: 'text' }>): Diagnostic {
  if (lookup.kind === 'unreadable') {
    const message = `${file}, for service ${name}, cannot be read: ${lookup.reason}.`;
    return { code: 'build-file-unreadable', severity: 'error', message, file };
  }
  return {
    code: 'dockerfile-missing',
    severity: 'error',
    message: `The Dockerfile of service ${name} is not there: no file ${file}.`,
    hint: `Create it, or correct services.${name}.build.dockerfile in the compose file; it is relative to the context.`,
    file,
  };
}
