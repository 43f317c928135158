import { cachedImageOf } from './image-names.js';
import { resetTag, writeYaml } from './read-yaml.js';

/**
 * A compose file to build a service with once more, whatever it is built for otherwise: under another name, so that nothing
 * that is there loses its own, and with nothing told to others.
 */
export const cachedOverride = (project: string, service: string): string =>
  writeYaml({
    services: {
      [service]: {
        image: cachedImageOf(project, service),
        build: { tags: resetTag(), cache_to: resetTag(), labels: { 'docker-livepush': project } },
      },
    },
  });
