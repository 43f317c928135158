/**
 * @typedef {import('../contestants/contestant.mjs').Contestant} Contestant
 *
 * @typedef {object} Bound a target: ours is at most this
 * @property {string} [of] contestant that it is a share of; left out for a plain number
 * @property {number} value
 *
 * @typedef {object} Row samples of one contestant
 * @property {string} contestant
 * @property {string} unit
 * @property {number[]} samples
 * @property {string[]} lost what did not arrive, round by round
 *
 * @typedef {object} Result
 * @property {string} scenario
 * @property {string} title
 * @property {Row[]} rows ours is the first one
 * @property {Bound[]} bounds
 * @property {string} [note]
 *
 * @typedef {object} Turn
 * @property {number} round from 1
 * @property {string} mark a text that no other turn has
 *
 * @typedef {object} Scenario a scenario that contestants take turns in
 * @property {string} name for `--only`
 * @property {string} title
 * @property {string[]} contestants names, ours first
 * @property {Bound[]} bounds
 * @property {string} [note]
 * @property {(contestant: Contestant, turn: Turn) => Promise<number>} measure milliseconds
 */
export {};
