/**
 * One of those that are measured. It is started once, and takes its turns from then on.
 * @typedef {object} Contestant
 * @property {string} name
 * @property {import('../stand/project.mjs').Project} project
 * @property {number} pid of its process
 * @property {() => Promise<void>} stop ends it, and removes its project
 */

/**
 * @typedef {object} Entry
 * @property {string} name as it stands in the results
 * @property {string} settings what it was given to be at its best
 * @property {(services: Record<string, import('../stand/project.mjs').Service>) => Promise<Contestant>} start
 */
export {};
