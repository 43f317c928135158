import { createServer } from 'node:http';
import ms from 'ms';
import { nanoid } from 'nanoid';
import { message } from './message.js';

const port = 8080;
const instance = nanoid(8);
const startedAt = Date.now();

const pages = {
  '/': () => message,
  '/uptime': () => `instance ${instance} is up for ${ms(Date.now() - startedAt)}`,
};

const server = createServer((request, response) => {
  const page = Object.hasOwn(pages, request.url) ? pages[request.url] : undefined;
  response.writeHead(page ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${page ? page() : 'Not found'}\n`);
});

server.listen(port, () => console.log(`instance ${instance} listens on port ${port}`));

// The main process of a container gets no default signal handlers.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    console.log(`${signal}, closing`);
    server.close();
    server.closeAllConnections();
  });
}
