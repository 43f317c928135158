import { readingRule } from '../rule.js';

/** More steps that change files than an image can have layers. */
export const tooManyLayers = readingRule({
  id: 'too-many-layers',
  severity: 'error',
  summary: 'A stage has more layers than an image can have.',
});
