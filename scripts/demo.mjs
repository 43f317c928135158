#!/usr/bin/env node
// Shows one live push: sets up what is needed, runs a copy of compose-examples/node-web, edits a file in it, and prints
// how long the edit took to arrive. In a terminal it then stays up to play with, until Ctrl-C.
import { once } from 'node:events';
import path from 'node:path';
import { startUp, verify } from './demo/livepush.mjs';
import { openPlayground } from './demo/playground.mjs';
import { pushEdit } from './demo/push.mjs';
import { runMain } from './setup/say.mjs';
import { root, setUp } from './setup/set-up.mjs';

/** @typedef {import('./demo/livepush.mjs').LivepushEvent} LivepushEvent */
/** @typedef {import('./demo/playground.mjs').Playground} Playground */
/** @typedef {ReturnType<typeof startUp>} Livepush */

const isInTerminal = Boolean(process.stdout.isTTY && process.stdin.isTTY);

await runMain(async () => {
  await setUp({ images: ['node:20-bookworm-slim'] });
  const interrupted = abortOnSignal();
  const playground = await openPlayground(path.join(root, 'compose-examples', 'node-web'));
  tell(`Building and starting a copy of compose-examples/node-web: docker-livepush up -p ${playground.project}`);
  const livepush = startUp(playground, show);
  try {
    const isChanged = await showPush(playground, livepush, interrupted);
    if (isInTerminal && isChanged) await letPlay(playground, livepush, interrupted);
    return isChanged ? 0 : 1;
  } catch (error) {
    if (interrupted.aborted) return 130;
    throw error;
  } finally {
    tell('Removing the containers, images and the copy.');
    await livepush.stop();
    await playground.close();
  }
});

/** @param {Playground} playground @param {Livepush} livepush @param {AbortSignal} interrupted */
async function showPush(playground, livepush, interrupted) {
  await livepush.waitFor('ready', interrupted);
  tell(`Ready. Editing src/message.js in ${playground.folder}`);
  const { oldAnswer, newAnswer, isAsWritten, answerMs, push } = await pushEdit(playground, livepush, interrupted);
  tell(`old answer: ${oldAnswer}`);
  tell(`new answer: ${newAnswer}`);
  tell(`from the write to the new answer: ${answerMs} ms`);
  tell(`from the write to livepushEnd:    ${push.ms} ms (${push.outcome})`);
  const { verdict, ok } = await verify(playground);
  tell(verdict);
  return isAsWritten && ok;
}

/** @param {Playground} playground @param {Livepush} livepush @param {AbortSignal} interrupted */
async function letPlay(playground, livepush, interrupted) {
  tell(`Your turn: edit the files in ${playground.folder} and look at ${playground.url}. Ctrl-C ends the demo.`);
  await Promise.race([livepush.ended, once(interrupted, 'abort')]);
}

/** @param {LivepushEvent} event */
function show(event) {
  if (event.type === 'livepushStart') tell(`push ${event.push}`);
  if (event.type === 'filesCopied') tell(`  copied ${event.count} file(s)`);
  if (event.type === 'commandExecute') tell(`  ran ${event.command}`);
  if (event.type === 'commandReturn' && event.returnCode !== 0) tell(`  it ended with ${event.returnCode}`);
  if (event.type === 'containerRestart') tell('  restarted');
  if (event.type === 'livepushEnd') tell(`  ${event.outcome} in ${event.durationMs} ms`);
}

/** @param {string} line */
function tell(line) {
  process.stdout.write(`${line}\n`);
}

/** From here on an interruption does not end this process but makes it clean up. */
function abortOnSignal() {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => controller.abort());
  return controller.signal;
}
