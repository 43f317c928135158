import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const port = 8080;
const apiUrl = process.env.API_URL ?? 'http://localhost:8081';
const production = process.env.NODE_ENV === 'production';
const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

/** In production a page is read once. */
const kept = new Map();

async function readPage(path) {
  const page = kept.get(path) ?? (await readFile(new URL(`public${path}`, import.meta.url)));
  if (production) kept.set(path, page);
  return page;
}

async function answerPage(path, response) {
  try {
    const page = await readPage(path);
    response.writeHead(200, { 'content-type': `${types[extname(path)] ?? 'text/plain'}; charset=utf-8` });
    response.end(page);
  } catch {
    response.writeHead(404).end('Not found\n');
  }
}

async function answerFromApi(path, response) {
  try {
    const answer = await fetch(new URL(path, apiUrl));
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(await answer.text());
  } catch {
    response.writeHead(502).end('The API does not answer\n');
  }
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://site');
  if (pathname.startsWith('/api/')) return answerFromApi(pathname.slice('/api'.length), response);
  return answerPage(pathname === '/' ? '/index.html' : pathname, response);
});

server.listen(port, () => console.log(`site listens on port ${port} (${production ? 'production' : 'development'})`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
