import { readingRule } from '../rule.js';

/** Names after FROM that no image can have. */
export const imageName = readingRule({
  id: 'image-name',
  severity: 'error',
  summary: 'A FROM names what cannot be the name of an image.',
});
