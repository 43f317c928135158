import path from 'node:path';

/** A fault of the machine or its set-up that the user has to mend: the message is a whole sentence, no stack is shown. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/**
 * Tells in one line what the set-up did. It goes to stderr, so that stdout belongs to the tests or the demo.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`setup: ${line}\n`);
}

/**
 * Runs a script's main function and turns what it returns or throws into the exit code.
 * @param {() => Promise<number | void>} main
 */
export async function runMain(main) {
  const script = path.basename(process.argv[1] ?? 'setup', '.mjs');
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const { message, stack } = /** @type {Error} */ (error);
    process.stderr.write(`${script}: ${error instanceof SetupError ? message : stack}\n`);
    process.exitCode = 1;
  }
}
