import type { Diagnostic } from '../diagnostics.js';
import { runsHooks } from './compose-version.js';
import type { Project } from './project.js';

/** A project as a version of compose runs it: one that passes over hooks is not the one to add them. */
export function withRunHooks(project: Project, version: string): { project: Project; diagnostics: Diagnostic[] } {
  if (runsHooks(version)) return { project, diagnostics: [] };
  const hooked = project.services.filter(({ hooks }) => hooks !== undefined);
  const diagnostics = hooked.map(({ name }): Diagnostic => {
    const message = `The post_start and pre_stop hooks of service ${name} are not run: compose ${version} does not run them.`;
    const hint = 'Update compose to 2.30 or later.';
    return { code: 'hooks-not-run', severity: 'warning', service: name, message, hint };
  });
  const services = project.services.map((service) => ({ ...service, hooks: undefined }));
  return { project: { ...project, services }, diagnostics };
}
