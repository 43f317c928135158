import { suggest } from '../../dockerfile/suggest.js';
import type { Rule } from '../rule.js';

const id = 'unknown-target';

/** Build targets that no stage has the name of; they are shown where the compose file names them. */
export const unknownTarget: Rule = {
  id,
  severity: 'error',
  summary: 'The build target of a service names no stage.',
  find: ({ reported, service, files }) =>
    reported
      .filter(({ code }) => code === id)
      .map((diagnostic) => {
        const names = files?.dockerfile.stages.flatMap(({ name }) => name ?? []) ?? [];
        const near = suggest(service.target ?? '', names);
        const known =
          names.length === 0 ? 'No stage has a name: write FROM … AS NAME.' : `The stages are: ${names.join(', ')}.`;
        const hint = near === undefined ? known : `Did you mean ${near}?`;
        return { ...diagnostic, hint, ...service.placeOf('build', 'target') };
      }),
};
