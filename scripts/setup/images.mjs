import { isRootOnDebian } from './debian/apt.mjs';
import { pullImage } from './pull.mjs';
import { must, run } from './run-command.mjs';
import { SetupError, say } from './say.mjs';
import { standIns } from './stand-ins/all.mjs';

/** @typedef {import('./stand-ins/make-image.mjs').StandIn} StandIn */

/** The names of all images that a stand-in exists for. */
export const allImages = standIns.map(({ image }) => image);

/**
 * Sees to it that the engine has these images: what is missing is pulled, and made from Debian packages where that
 * fails. What is there is never touched.
 * @param {string[]} [wanted]
 */
export async function ensureImages(wanted = allImages) {
  const missing = await filterMissing(wanted);
  const failed = await pullAll(missing);
  if (failed.length > 0) await makeStandIns(failed);
  if (missing.length === 0) say(`images ${wanted.join(', ')} are there`);
}

/** @param {string[]} images */
async function filterMissing(images) {
  const found = await Promise.all(
    images.map((image) => run('docker', ['image', 'inspect', '--format', '{{.Id}}', image])),
  );
  return images.filter((_, index) => !found[index]?.ok);
}

/**
 * Stops asking once the registry turned out to be out of reach.
 * @param {string[]} images
 * @returns {Promise<string[]>} those that could not be pulled
 */
async function pullAll(images) {
  /** @type {string[]} */
  const failed = [];
  for (const [index, image] of images.entries()) {
    const { result, reason } = await pullImage(image);
    if (result === 'pulled') say(`${image}: pulled`);
    else say(`${image} cannot be pulled (${reason})`);
    if (result === 'unreachable') return [...failed, ...images.slice(index)];
    if (result === 'no-such-image') failed.push(image);
  }
  return failed;
}

/** @param {string[]} images */
async function makeStandIns(images) {
  if (!(await isRootOnDebian())) {
    throw new SetupError(
      `${images.join(', ')} cannot be pulled, and stand-ins for them can be made only as root on Debian. ` +
        'Pull them yourself, or give the Docker engine access to a registry.',
    );
  }
  const chosen = standIns.filter(({ image }) => images.includes(image));
  const bases = new Set(chosen.flatMap(({ from = [] }) => from));
  const missingBases = await filterMissing([...bases].filter((base) => !images.includes(base)));
  const all = standIns.filter(({ image }) => [...images, ...missingBases].includes(image));
  await Promise.all(all.filter(({ from }) => !from).map(makeStandIn));
  await Promise.all(all.filter(({ from }) => from).map(makeStandIn));
}

/** @param {StandIn} standIn */
async function makeStandIn({ image, contents, make }) {
  const started = Date.now();
  const id = await make();
  if ((await filterMissing([image])).length === 0) return;
  await must('docker', ['tag', id, image]);
  say(`${image}: made a stand-in from ${contents} (${Math.round((Date.now() - started) / 1000)} s)`);
}
