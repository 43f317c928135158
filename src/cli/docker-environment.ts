import { basename, dirname } from 'node:path';
import { LivepushError } from '../errors.js';
import type { DockerFlags } from './plugin.js';

/**
 * The environment for everything that talks to Docker: the user's, with what the Docker CLI's own options say put into
 * the variables that mean the same. Throws `usage` for certificate files that the variables cannot name.
 */
export function dockerEnvironment(env: NodeJS.ProcessEnv, docker: DockerFlags): NodeJS.ProcessEnv {
  // These two are from one Docker CLI to one plugin; programs that we start are not that plugin.
  const { DOCKER_CLI_PLUGIN_SOCKET: _socket, DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: _command, ...own } = env;
  const certificates = certificateFolder(docker);
  return {
    ...own,
    ...(typeof docker.config === 'string' && { DOCKER_CONFIG: docker.config }),
    ...(docker.tls && { DOCKER_TLS: '1' }),
    ...(docker.tlsverify && { DOCKER_TLS_VERIFY: '1' }),
    ...(certificates !== undefined && { DOCKER_CERT_PATH: certificates }),
  };
}

function certificateFolder(docker: DockerFlags): string | undefined {
  const files = [
    { file: docker.tlscacert, name: 'ca.pem' },
    { file: docker.tlscert, name: 'cert.pem' },
    { file: docker.tlskey, name: 'key.pem' },
  ].filter((entry): entry is { file: string; name: string } => typeof entry.file === 'string');
  const folders = new Set(files.map(({ file }) => dirname(file)));
  const odd = files.find(({ file, name }) => basename(file) !== name);
  if (odd !== undefined || folders.size > 1) {
    throw new LivepushError('usage', 'Certificate files must be ca.pem, cert.pem and key.pem of one folder.', {
      hint: 'Make a Docker context that names the files (docker context create), and use it with --context.',
    });
  }
  return [...folders][0];
}
