import { readingRule } from '../rule.js';

/** Services of which nothing lies on this machine. */
export const remoteContext = readingRule({
  id: 'remote-context',
  severity: 'note',
  summary: 'A service is built from a remote context, and gets no pushes.',
});
