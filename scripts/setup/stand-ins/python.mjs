import { buildImage, withFolder } from './make-image.mjs';

/** What pip would fetch for flask is there already, so `pip install -r requirements.txt` needs no network for it. */
const dockerfile = String.raw`FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip python3-flask && rm -rf /var/lib/apt/lists/*
RUN rm /usr/lib/python3*/EXTERNALLY-MANAGED && cd /usr/local/bin \
 && ln -s /usr/bin/python3 python3 && ln -s python3 python && ln -s /usr/bin/pip3 pip3 && ln -s pip3 pip \
 && python --version && pip --version
ENV LANG=C.UTF-8
CMD ["python3"]
`;

/** @type {import('./make-image.mjs').StandIn} */
export const python = {
  image: 'python:3.11-slim-bookworm',
  contents: 'python3, python3-pip and python3-flask',
  from: 'debian:bookworm-slim',
  make: () => withFolder((folder) => buildImage(dockerfile, folder)),
};
