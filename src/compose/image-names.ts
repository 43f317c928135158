import { createHash } from 'node:crypto';

/**
 * A name as one element of an image reference or a file name: lower case, with single separators. Names that differ stay
 * different: one that had to be changed gets a piece of its own hash at the end.
 */
export function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (slug === name) return slug;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return [slug, hash].filter((part) => part !== '').join('-');
}

const imageOf = (project: string, service: string, rest: string): string =>
  `docker-livepush/${slugOf(project)}/${slugOf(service)}${rest}`;

/** An image reference without what the engine adds to one that does not say it. */
const shortOf = (reference: string): string =>
  reference
    .replace(/^(?:index\.)?docker\.io\//, '')
    .replace(/^library\//, '')
    .replace(/:latest$/, '');

/** Whether two references name the same image. */
export const isSameImage = (left: string, right: string): boolean => shortOf(left) === shortOf(right);

/** The image of a service's live Dockerfile. It has a name of its own, so that the user's image is never overwritten. */
export const liveImageOf = (project: string, service: string): string => imageOf(project, service, ':live');

/** The image of a service as a build makes it of what it has built before. */
export const cachedImageOf = (project: string, service: string): string => imageOf(project, service, '/cached:live');

/** What a helper image holds: a stage, an external image that a stage starts from, or a stage up to one of its steps. */
export type HelperKind = 'stage' | 'base' | 'lower';

/** The image of a stage (by its number) or of a base image (by its place in the list handed in). */
export const helperImageOf = (project: string, service: string, helper: { kind: HelperKind; index: number }): string =>
  imageOf(project, service, `/${helper.kind}-${helper.index}:live`);
