import test from 'ava';
import { publishedUrls } from '../../src/session/published-urls.js';

const port = (containerPort: number, hostAddress: string, hostPort: number, protocol = 'tcp') => ({
  containerPort,
  hostAddress,
  hostPort,
  protocol,
});

test('a port on all addresses is on localhost, named once', (t) => {
  const published = [port(80, '0.0.0.0', 8080), port(80, '::', 8080)];
  t.deepEqual(publishedUrls([{ published }, { published }], 'localhost'), ['http://localhost:8080/']);
});

test('a port on one address is there', (t) => {
  const published = [port(3000, '127.0.0.1', 3000), port(3000, '::1', 3001)];
  t.deepEqual(publishedUrls([{ published }], 'localhost'), ['http://127.0.0.1:3000/', 'http://[::1]:3001/']);
});

test('the ports of TLS are https, and those of UDP are nothing for a browser', (t) => {
  const published = [port(53, '0.0.0.0', 5353, 'udp'), port(443, '0.0.0.0', 8443), port(8443, '0.0.0.0', 9443)];
  t.deepEqual(publishedUrls([{ published }], 'localhost'), ['https://localhost:8443/', 'https://localhost:9443/']);
});

test('a port on all addresses of another machine is on that', (t) => {
  const published = [port(80, '0.0.0.0', 8080), port(3000, '::', 3000)];
  t.deepEqual(publishedUrls([{ published }], 'box.example'), ['http://box.example:8080/', 'http://box.example:3000/']);
});
