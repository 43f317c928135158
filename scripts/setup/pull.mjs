import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** @typedef {'pulled' | 'no-such-image' | 'unreachable'} PullResult */

const answerLimitMs = 15_000;
const downloadLimitMs = 900_000;

/**
 * Pulls an image. The registry has a short time to answer at all, and a long one for the download.
 * @param {string} image
 * @returns {Promise<{ result: PullResult, reason: string }>}
 */
export async function pullImage(image) {
  const child = spawn('docker', ['pull', image], { stdio: ['ignore', 'pipe', 'pipe'] });
  const outOfTime = new AbortController();
  const kill = () => {
    outOfTime.abort();
    child.kill();
  };
  const download = setTimeout(kill, downloadLimitMs);
  const answer = setTimeout(kill, answerLimitMs);
  child.stdout.once('data', () => clearTimeout(answer));
  const ended = new Promise((done) => child.once('close', done));
  const [code, stderr] = await Promise.all([ended, text(child.stderr)]);
  clearTimeout(download);
  clearTimeout(answer);
  if (code === 0) return { result: 'pulled', reason: '' };
  if (outOfTime.signal.aborted) return { result: 'unreachable', reason: 'the registry does not answer in time' };
  const isUnknown = /manifest .*(unknown|not found)|not found: manifest|repository does not exist/i.test(stderr);
  return { result: isUnknown ? 'no-such-image' : 'unreachable', reason: stderr.trim().split('\n').at(-1) ?? '' };
}
