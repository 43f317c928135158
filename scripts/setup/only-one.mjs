import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { say } from './say.mjs';

/**
 * Runs the work while no other set-up on this machine runs its own. The lock is an abstract socket (Linux): it goes
 * away with its process, however that ends, and those who wait are told by the end of their connection.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function onlyOne(work) {
  if (process.platform !== 'linux') return work();
  const name = '\0docker-livepush-setup';
  /** @type {Set<import('node:net').Socket>} */
  const waiting = new Set();
  const lock = createServer((socket) => waiting.add(socket.on('error', () => {})));
  for (let told = false; !(await tryToListen(lock, name)); told = true) {
    if (!told) say('another set-up is at work on this machine, waiting for it');
    await connectionEnds(name);
  }
  try {
    return await work();
  } finally {
    for (const socket of waiting) socket.destroy();
    lock.close();
  }
}

/** @param {import('node:net').Server} server @param {string} name */
async function tryToListen(server, name) {
  server.listen(name);
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** @param {string} name */
function connectionEnds(name) {
  const socket = connect(name)
    .on('error', () => {})
    .resume();
  return new Promise((done) => socket.once('close', done));
}
