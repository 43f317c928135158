import { readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from '../setup/say.mjs';

/** @typedef {import('./playground.mjs').Playground} Playground */
/** @typedef {ReturnType<typeof import('./livepush.mjs').startUp>} LivepushUp */

const answerLimitMs = 30_000;
const newText = 'Hello again, pushed live';

/**
 * Changes the text that the service answers with, and measures when the change arrives. It asks for the answer only
 * after the push: requests to a container that is just restarting make the kernel look for its address in vain, once a
 * second, and so delay the first answer.
 * @param {Playground} playground
 * @param {LivepushUp} livepush ready
 * @param {AbortSignal} interrupted
 */
export async function pushEdit({ folder, url }, livepush, interrupted) {
  const oldAnswer = await answerThat(() => true, url, interrupted);
  const file = path.join(folder, 'src', 'message.js');
  const source = await readFile(file, 'utf8');
  const edited = source.replace(oldAnswer, newText);
  if (edited === source) throw new SetupError(`${file} does not contain the answer of ${url}, "${oldAnswer}".`);
  const started = performance.now();
  const since = () => Math.round(performance.now() - started);
  const end = livepush.waitFor('livepushEnd', withLimit(interrupted));
  await writeFile(file, edited);
  const { outcome } = await end;
  const push = { ms: since(), outcome };
  const newAnswer = await answerThat((answer) => answer !== oldAnswer, url, interrupted);
  return { oldAnswer, newAnswer, isAsWritten: newAnswer === newText, answerMs: since(), push };
}

/**
 * Asks until the answer fits. While the service restarts there is none.
 * @param {(answer: string) => boolean} fits
 * @param {string} url
 * @param {AbortSignal} interrupted
 * @returns {Promise<string>}
 */
async function answerThat(fits, url, interrupted) {
  const signal = withLimit(interrupted);
  for (;;) {
    const answer = await ask(url);
    if (answer !== undefined && fits(answer)) return answer;
    if (interrupted.aborted) throw interrupted.reason;
    if (signal.aborted)
      throw new SetupError(`${url} did not give the awaited answer within ${answerLimitMs / 1000} s.`);
    await delay(10);
  }
}

/**
 * Each time over a new connection and with a short limit: what is sent while the service restarts may get no answer.
 * @param {string} url
 * @returns {Promise<string | undefined>}
 */
function ask(url) {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 200 }, (response) => {
      text(response).then(
        (answer) => resolve(answer.trim()),
        () => resolve(undefined),
      );
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

/**
 * Aborts with the interruption or when time is up. (AbortSignal.any over AbortSignal.timeout may be garbage-collected
 * before it fires: https://github.com/nodejs/node/issues/57736.)
 * @param {AbortSignal} interrupted
 */
function withLimit(interrupted) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), answerLimitMs).unref();
  const stop = () => {
    clearTimeout(timer);
    controller.abort();
  };
  interrupted.addEventListener('abort', stop, { once: true });
  return controller.signal;
}
