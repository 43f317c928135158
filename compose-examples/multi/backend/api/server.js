import { createServer } from 'node:http';
import { describe } from '../shared/describe.js';

const port = 8080;
const remembered = 10;
const jobs = [];
let lastNumber = 0;

/** Hands out the next job. */
function handOut(worker) {
  lastNumber += 1;
  const job = { number: lastNumber, worker };
  jobs.unshift(job);
  jobs.splice(remembered);
  return job;
}

const routes = {
  'GET /jobs': (response) => {
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.end(jobs.map((job) => `${describe(job)}\n`).join(''));
  },
  'POST /jobs': (response, query) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(handOut(query.get('worker') ?? 'nobody')));
  },
};

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://api');
  const route = `${request.method} ${pathname}`;
  if (Object.hasOwn(routes, route)) return routes[route](response, searchParams);
  return response.writeHead(404).end('Not found\n');
});

server.listen(port, () => console.log(`API listens on port ${port}`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
