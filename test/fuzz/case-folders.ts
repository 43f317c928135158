import type { LiveProject } from '../helpers/live-project.js';

/** A folder of the host that is mounted, below the project's folder. */
export const hostFolderOf = (project: LiveProject, service: string, index: number): string =>
  `${contextOf(project, service)}-host-${index}`;

/** In the context: what the last step looks at in a case that is spoilt. */
export const GUARD_FILE = 'guard';

/** Below the project's folder. Its base name is new to BuildKit, which would otherwise take what it knows of another context. */
export const contextOf = ({ name }: LiveProject, service: string): string => `${name}-${service}`;
