import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildImage, withFolder } from './make-image.mjs';

const dockerfile = String.raw`FROM debian:bookworm-slim
RUN groupadd --system --gid 101 nginx \
 && useradd --system --uid 101 --gid nginx --home-dir /nonexistent --shell /bin/false nginx
RUN apt-get update && apt-get install -y --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/* \
 && rm -rf /etc/nginx/sites-* /etc/nginx/conf.d /etc/nginx/modules-* /usr/share/nginx/html /var/www /var/log/nginx/* \
 && mkdir -p /etc/nginx/conf.d /usr/share/nginx/html /docker-entrypoint.d /var/cache/nginx \
 && ln -s /dev/stdout /var/log/nginx/access.log && ln -s /dev/stderr /var/log/nginx/error.log
COPY nginx.conf /etc/nginx/nginx.conf
COPY default.conf /etc/nginx/conf.d/default.conf
COPY index.html 50x.html /usr/share/nginx/html/
COPY docker-entrypoint.sh /docker-entrypoint.sh
RUN nginx -t
EXPOSE 80
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/docker-entrypoint.sh"]
CMD ["nginx", "-g", "daemon off;"]
`;

/** The files of the official image's layout that a user's own files replace or extend. */
const files = {
  'nginx.conf': `user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log combined;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
`,
  'default.conf': `server {
  listen 80;
  server_name localhost;
  location / {
    root /usr/share/nginx/html;
    index index.html index.htm;
  }
  error_page 500 502 503 504 /50x.html;
  location = /50x.html { root /usr/share/nginx/html; }
}
`,
  'index.html': '<!DOCTYPE html>\n<title>Welcome to nginx!</title>\n<h1>Welcome to nginx!</h1>\n',
  '50x.html': '<!DOCTYPE html>\n<title>Error</title>\n<h1>An error occurred.</h1>\n',
  'docker-entrypoint.sh': `#!/bin/sh
set -e
for script in /docker-entrypoint.d/*.sh; do if [ -x "$script" ]; then "$script"; fi; done
exec "$@"
`,
};

/** @type {import('./make-image.mjs').StandIn} */
export const nginx = {
  image: 'nginx:1.28-bookworm',
  contents: 'nginx-light',
  from: 'debian:bookworm-slim',
  make: () =>
    withFolder(async (folder) => {
      for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
      await chmod(path.join(folder, 'docker-entrypoint.sh'), 0o755);
      return buildImage(dockerfile, folder);
    }),
};
