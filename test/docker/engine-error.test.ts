import test from 'ava';
import { engineWords, toEngineError } from '../../src/docker/engine-error.js';
import { LivepushError } from '../../src/errors.js';

const address = 'unix:///var/run/docker.sock';
const failed = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });
const answered = (statusCode: number, words: string): Error =>
  Object.assign(new Error(`(HTTP code ${statusCode}) some reason - ${words} `), { statusCode });

test('no listener names the address and says what to do', (t) => {
  const error = toEngineError(failed('ENOENT'), { address });
  t.is(error.code, 'engine-unreachable');
  t.is(error.message, 'No Docker engine answers at unix:///var/run/docker.sock.');
  t.is(error.hint, 'Start Docker, or point DOCKER_HOST or `docker context use` at a running engine.');
});

test('a socket that may not be used speaks of the docker group', (t) => {
  t.regex(toEngineError(failed('EACCES'), { address }).hint ?? '', /"docker" group/);
});

test('every failure to connect is an engine that cannot be reached, and keeps its cause', (t) => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ABORT_ERR', 'ENOTFOUND', 'DEPTH_ZERO_SELF_SIGNED_CERT']) {
    const cause = failed(code);
    const error = toEngineError(cause, { address, container: 'c' });
    t.is(error.code, 'engine-unreachable', code);
    t.true(error.message.includes(address));
    t.is(error.cause, cause);
  }
});

test('an engine that wants TLS is told from one that is broken', (t) => {
  const error = toEngineError(answered(400, 'Client sent an HTTP request to an HTTPS server.'), { address });
  t.is(error.code, 'engine-unreachable');
  t.regex(error.hint ?? '', /DOCKER_TLS_VERIFY/);
});

test('a container that is gone or does not run is lost', (t) => {
  for (const words of ['No such container: c', 'container c is not running', 'Container c is restarting, wait']) {
    t.is(toEngineError(answered(409, words), { address, container: 'c' }).code, 'container-lost', words);
  }
});

test('a paused container takes the operation later', (t) => {
  const words = 'Container c is paused, unpause the container before exec';
  const error = toEngineError(answered(409, words), { address, container: 'c' });
  t.is(error.code, 'container-paused');
  t.regex(error.hint ?? '', /docker unpause/);
});

test('a read-only container refuses', (t) => {
  for (const words of ['container rootfs is marked read-only', 'mounted volume is marked read-only']) {
    const error = toEngineError(answered(500, words), { address, container: 'c' });
    t.is(error.code, 'container-refused', words);
    t.truthy(error.hint);
  }
});

test('a user that is not there is a refusal of the container', (t) => {
  const words = 'unable to find user nobody-here: no matching entries in passwd file';
  for (const status of [400, 500]) {
    t.is(toEngineError(answered(status, words), { address, container: 'c' }).code, 'container-refused');
  }
});

test('a file in the place of a directory is a refusal of the container', (t) => {
  for (const words of ['open /srv/data/a: not a directory', 'mkdir /srv/data/a: not a directory']) {
    const error = toEngineError(answered(500, words), { address, container: 'c' });
    t.is(error.code, 'container-refused', words);
    t.true(error.message.includes(words));
  }
});

test("other answers are given in the engine's own words", (t) => {
  const error = toEngineError(answered(500, 'disk - full'), { address, container: 'c' });
  t.is(error.code, 'engine-error');
  t.is(error.message, 'The Docker engine answered with an error for container c: disk - full.');
  t.is(engineWords(Object.assign(answered(500, 'x'), { json: { message: 'from the body' } })), 'from the body');
});

test('an error of ours is left as it is', (t) => {
  const ours = new LivepushError('context-file', 'gone');
  t.is(toEngineError(ours, { address }), ours);
});
