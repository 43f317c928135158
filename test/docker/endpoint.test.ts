import { createHash } from 'node:crypto';
import test from 'ava';
import { type EndpointOptions, resolveEndpoint } from '../../src/docker/endpoint.js';
import { LivepushError } from '../../src/errors.js';

const id = (name: string): string => createHash('sha256').update(name).digest('hex');
const contextFiles = (name: string, endpoint: object, folder = '/home/me/.docker'): Record<string, string> => ({
  [`${folder}/contexts/meta/${id(name)}/meta.json`]: JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }),
});

function resolve(options: Partial<EndpointOptions>, files: Record<string, string> = {}) {
  const readFile = (path: string): Buffer | undefined => {
    const content = files[path];
    return content === undefined ? undefined : Buffer.from(content);
  };
  return resolveEndpoint({ env: {}, homedir: '/home/me', ...options }, readFile);
}

const address = (options: Partial<EndpointOptions>, files?: Record<string, string>): string =>
  resolve(options, files).address;

const remote = contextFiles('remote', { Host: 'tcp://remote:1' });
const config = { '/home/me/.docker/config.json': '{"currentContext":"remote"}' };

test('the default socket is the last resort', (t) => {
  t.is(address({}), 'unix:///var/run/docker.sock');
  t.is(address({ env: { DOCKER_HOST: '', DOCKER_CONTEXT: '' } }), 'unix:///var/run/docker.sock');
  t.is(address({ platform: 'win32' }), 'npipe:////./pipe/docker_engine');
});

test('the current context of the configuration is followed', (t) => {
  t.is(address({}, { ...config, ...remote }), 'tcp://remote:1');
});

test('DOCKER_CONFIG moves the configuration', (t) => {
  const files = {
    '/conf/config.json': '{"currentContext":"there"}',
    ...contextFiles('there', { Host: 'unix:///s' }, '/conf'),
  };
  t.is(address({ env: { DOCKER_CONFIG: '/conf' } }, files), 'unix:///s');
});

test('DOCKER_CONTEXT wins over the current context, DOCKER_HOST over DOCKER_CONTEXT', (t) => {
  const files = { ...config, ...remote, ...contextFiles('other', { Host: 'tcp://other:2' }) };
  t.is(address({ env: { DOCKER_CONTEXT: 'other' } }, files), 'tcp://other:2');
  t.is(address({ env: { DOCKER_CONTEXT: 'other', DOCKER_HOST: 'tcp://env:3' } }, files), 'tcp://env:3');
});

test('the options win over the environment', (t) => {
  const env = { DOCKER_HOST: 'tcp://env:3', DOCKER_CONTEXT: 'missing' };
  t.is(address({ env, host: 'tcp://given:4' }), 'tcp://given:4');
  t.is(address({ env, context: 'remote' }, remote), 'tcp://remote:1');
});

test('the context "default" is the one without a context', (t) => {
  t.is(address({ env: { DOCKER_CONTEXT: 'default' } }, { ...config, ...remote }), 'unix:///var/run/docker.sock');
  t.is(address({ env: { DOCKER_HOST: 'tcp://env:3' }, context: 'default' }), 'tcp://env:3');
});

test('host and context together, and a context that is not there, are wrong usage', (t) => {
  t.is(t.throws(() => resolve({ host: 'tcp://a', context: 'b' }), { instanceOf: LivepushError })?.code, 'usage');
  const missing = t.throws(() => resolve({ context: 'nope' }), { instanceOf: LivepushError });
  t.is(missing?.code, 'usage');
  t.regex(missing?.message ?? '', /"nope"/);
});

test('addresses are read as the docker CLI reads them', (t) => {
  const cases: Record<string, string> = {
    'tcp://': 'tcp://localhost:2375',
    'tcp://:99': 'tcp://localhost:99',
    localhost: 'tcp://localhost:2375',
    'box:1234': 'tcp://box:1234',
    '[::1]:80': 'tcp://[::1]:80',
    'unix://': 'unix:///var/run/docker.sock',
    'unix:///run/user/1000/docker.sock': 'unix:///run/user/1000/docker.sock',
    ' tcp://box:1 ': 'tcp://box:1',
  };
  for (const [host, expected] of Object.entries(cases)) t.is(address({ host }), expected, host);
});

test('an IPv6 host is connected to without its brackets', (t) => {
  t.like(resolve({ host: 'tcp://[::1]:80' }), { kind: 'tcp', host: '::1', port: 80 });
});

test('an ssh address gives user, port and socket', (t) => {
  t.like(resolve({ host: 'ssh://me@box:2222/run/docker.sock' }), {
    kind: 'ssh',
    user: 'me',
    host: 'box',
    port: 2222,
    socketPath: '/run/docker.sock',
  });
  t.like(resolve({ host: 'ssh://box' }), { user: undefined, host: 'box', port: undefined, socketPath: undefined });
  t.throws(() => resolve({ host: 'ssh://me:secret@box' }), { message: /password/ });
});

test('an address of an unknown kind is wrong usage', (t) => {
  for (const host of ['http://box:1', 'bogus://x', 'tcp://a b:1']) {
    t.is(t.throws(() => resolve({ host }), { instanceOf: LivepushError })?.code, 'usage', host);
  }
});

const pems = (folder: string): Record<string, string> => ({
  [`${folder}/ca.pem`]: 'CA',
  [`${folder}/cert.pem`]: 'CERT',
  [`${folder}/key.pem`]: 'KEY',
});

test('DOCKER_TLS_VERIFY takes certificates from DOCKER_CERT_PATH', (t) => {
  const env = { DOCKER_HOST: 'tcp://box:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
  const { tls } = resolve({ env }, pems('/certs'));
  t.deepEqual(tls, { ca: Buffer.from('CA'), cert: Buffer.from('CERT'), key: Buffer.from('KEY'), verify: true });
});

test('without DOCKER_CERT_PATH certificates are in the configuration folder', (t) => {
  const env = { DOCKER_HOST: 'tcp://box:2376', DOCKER_TLS_VERIFY: '1' };
  t.is(resolve({ env }, pems('/home/me/.docker')).tls?.verify, true);
  t.throws(() => resolve({ env }), { message: /ca\.pem/ });
});

test('DOCKER_TLS without DOCKER_TLS_VERIFY does not look at the certificate of the engine', (t) => {
  t.is(resolve({ env: { DOCKER_HOST: 'tcp://box:2376', DOCKER_TLS: '1' } }).tls?.verify, false);
});

test('DOCKER_CERT_PATH alone means nothing, TLS without a host means the local TLS port', (t) => {
  t.is(resolve({ env: { DOCKER_HOST: 'tcp://box:2376', DOCKER_CERT_PATH: '/certs' } }, pems('/certs')).tls, undefined);
  t.is(
    address({ env: { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' } }, pems('/certs')),
    'tcp://localhost:2376',
  );
});

test('a context brings its own certificates', (t) => {
  const secured = contextFiles('remote', { Host: 'tcp://remote:1', SkipTLSVerify: false });
  const tlsFolder = `/home/me/.docker/contexts/tls/${id('remote')}/docker`;
  t.is(resolve({ context: 'remote' }, { ...secured, ...pems(tlsFolder) }).tls?.ca?.toString(), 'CA');
  t.is(resolve({ context: 'remote' }, remote).tls, undefined);
});

test('a configuration file that is not JSON is wrong usage', (t) => {
  t.throws(() => resolve({}, { '/home/me/.docker/config.json': '{' }), { message: /config\.json/ });
});
