import { readingRule } from '../rule.js';

/** Dockerfiles that a service names and that are not there. */
export const dockerfileMissing = readingRule({
  id: 'dockerfile-missing',
  severity: 'error',
  summary: 'The Dockerfile of a service is not there.',
});
