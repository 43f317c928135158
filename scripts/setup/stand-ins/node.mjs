import { chmod, copyFile, cp, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { must } from '../run-command.mjs';
import { writeCertificates } from './certificates.mjs';
import { buildImage, withFolder } from './make-image.mjs';

const dockerfile = String.raw`FROM debian:bookworm-slim
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
RUN apt-get update && apt-get install -y --no-install-recommends libstdc++6 && rm -rf /var/lib/apt/lists/*
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY docker-entrypoint.sh node /usr/local/bin/
COPY npm /usr/local/lib/node_modules/npm
COPY npmrc /usr/local/etc/npmrc
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && ln -s node /usr/local/bin/nodejs \
 && node --version && npm --version
ENV NODE_VERSION=${process.versions.node} NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["node"]
`;

/** As in the real image: arguments that are no command are given to node. */
const entrypoint = `#!/bin/sh
set -e
case "$1" in -*) set -- node "$@" ;; *) command -v "$1" >/dev/null || set -- node "$@" ;; esac
exec "$@"
`;

/** @type {import('./make-image.mjs').StandIn} */
export const node = {
  image: 'node:20-bookworm-slim',
  contents: `this machine's node ${process.versions.node} and npm`,
  from: 'debian:bookworm-slim',
  make: () =>
    withFolder(async (folder) => {
      const modules = await must('npm', ['root', '--global']);
      const script = path.join(folder, 'docker-entrypoint.sh');
      await copyFile(process.execPath, path.join(folder, 'node'));
      await cp(await realpath(path.join(modules, 'npm')), path.join(folder, 'npm'), { recursive: true });
      await writeCertificates(path.join(folder, 'ca-certificates.crt'));
      await writeFile(path.join(folder, 'npmrc'), await npmSettings());
      await writeFile(script, entrypoint);
      await chmod(script, 0o755);
      return buildImage(dockerfile, folder);
    }),
};

/** npm waits for five minutes before it asks a registry again that does not answer. */
const impatient = [
  'fetch-timeout=15000',
  'fetch-retries=6',
  'fetch-retry-mintimeout=1000',
  'fetch-retry-maxtimeout=2000',
];

/** How this machine reaches its npm registry. Never credentials: npm itself does not print them. */
async function npmSettings() {
  const wanted = /^((@[^:]+:)?registry|proxy|https-proxy|noproxy|strict-ssl)$/;
  const settings = JSON.parse(await must('npm', ['config', 'list', '--json']));
  const reaches = Object.entries(settings)
    .filter(([name, value]) => wanted.test(name) && value !== null && String(value) !== '')
    .map(([name, value]) => `${name}=${value}`);
  return [...reaches, ...impatient, ''].join('\n');
}
