import test from 'ava';
import { dockerEnvironment } from '../../src/cli/docker-environment.js';

test('options of the Docker CLI win over the variables of the same meaning', (t) => {
  const docker = { config: '/mine', tlsverify: true, tlscacert: '/c/ca.pem', tlskey: '/c/key.pem' } as const;
  t.deepEqual(dockerEnvironment({ PATH: '/bin', DOCKER_CONFIG: '/old', DOCKER_CERT_PATH: '/old' }, docker), {
    PATH: '/bin',
    DOCKER_CONFIG: '/mine',
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: '/c',
  });
});

test('what the Docker CLI says to its plugin alone is not passed on', (t) => {
  const env = { HOME: '/h', DOCKER_CLI_PLUGIN_SOCKET: '@s', DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: 'docker' };
  t.deepEqual(dockerEnvironment(env, {}), { HOME: '/h' });
});

test('certificates that no variable can name are refused', (t) => {
  for (const docker of [{ tlscacert: '/c/other.pem' }, { tlscacert: '/a/ca.pem', tlscert: '/b/cert.pem' }]) {
    t.throws(() => dockerEnvironment({}, docker), { message: /^Certificate files must be/ });
  }
});
