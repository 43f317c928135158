import { readingRule } from '../rule.js';

/** Live commands that a target leaves out. */
export const liveCommandNotNeeded = readingRule({
  id: 'live-command-not-needed',
  severity: 'warning',
  summary: 'The build target is not built from the stage of a live command.',
});
