import type { Diagnostic } from '../diagnostics.js';
import type { Project } from './project.js';

/** Services that ask for the same container name: all but the first would fail to start, after everything is built. */
export function nameClashes({ services }: Pick<Project, 'services'>): Diagnostic[] {
  return services.flatMap(({ name, containerName }, index) => {
    const first = services.slice(0, index).find((other) => other.containerName === containerName);
    if (containerName === undefined || first === undefined) return [];
    const message = `Services ${first.name} and ${name} have the same container_name, ${containerName}: only one could start.`;
    const hint = 'Give each a container_name of its own, or none.';
    return [{ code: 'container-name-taken', severity: 'error', service: name, message, hint }];
  });
}
