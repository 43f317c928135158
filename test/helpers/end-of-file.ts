import { registerCompletionHandler } from 'ava';

/** Milliseconds in which a test file has to come to its end when its tests have. */
const PATIENCE = 30_000;

// ava waits without an end for what a test has left open
registerCompletionHandler(() => {
  const giveUp = (): void => {
    process.stderr.write(`The tests of a file are over, and it does not end: ${process.getActiveResourcesInfo()}\n`);
    process.exit(1);
  };
  setTimeout(giveUp, PATIENCE).unref();
});
