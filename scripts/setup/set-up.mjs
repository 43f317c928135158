import path from 'node:path';
import { ensureBuild, ensureTestBuild } from './build.mjs';
import { ensureEngine } from './engine.mjs';
import { ensureImages } from './images.mjs';
import { onlyOne } from './only-one.mjs';
import { ensurePackages } from './packages.mjs';
import { ensureSshServer } from './ssh-server.mjs';

/** The repository's folder. */
export const root = path.resolve(import.meta.dirname, '..', '..');

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Makes a fresh clone on a fresh machine ready; where all is there already, it only looks. When it is interrupted,
 * temporary folders go away, and what was made so far stays.
 * @param {{ engine?: boolean, images?: string[], tests?: boolean }} [options] without an engine there are no images
 * either; the images are all that the examples and tests use, unless they are named; tests: compile them as well
 */
export async function setUp({ engine = true, images, tests = false } = {}) {
  const exit = () => process.exit(130);
  for (const signal of interrupts) process.once(signal, exit);
  await onlyOne(async () => {
    if (engine) await ensureEngine();
    if (engine) await ensureImages(images);
    if (engine && tests) await ensureSshServer();
    await ensurePackages(root);
    await ensureBuild(root);
    if (tests) await ensureTestBuild(root);
  });
  for (const signal of interrupts) process.off(signal, exit);
}
