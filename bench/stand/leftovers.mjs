/** What has to be ended or removed when the measurements are interrupted, the newest first. */
const leftovers = /** @type {(() => Promise<void>)[]} */ ([]);

/**
 * Notes what has to be done at the end. Gives what does it, once.
 * @param {() => Promise<void>} remove
 */
export function leftover(remove) {
  let done = /** @type {Promise<void> | undefined} */ (undefined);
  const once = () => {
    done ??= remove();
    return done;
  };
  leftovers.unshift(once);
  return once;
}

/** From here on an interruption cleans up before it ends the process. */
export function cleanUpWhenInterrupted() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, async () => {
      process.stderr.write('bench: interrupted, removing what was made\n');
      for (const remove of leftovers) await remove().catch(() => {});
      process.exit(130);
    });
  }
}
