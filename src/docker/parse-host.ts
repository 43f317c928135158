import { LivepushError } from '../errors.js';

/** How to connect, without certificates. `address` is what people see. */
export type HostAddress =
  | { readonly kind: 'socket'; readonly address: string; readonly path: string }
  | { readonly kind: 'tcp'; readonly address: string; readonly host: string; readonly port: number }
  | {
      readonly kind: 'ssh';
      readonly address: string;
      readonly host: string;
      readonly user: string | undefined;
      readonly port: number | undefined;
      /** The engine's socket on the other machine, when the address names one. */
      readonly socketPath: string | undefined;
    };

const defaultTcp = { host: 'localhost', port: 2375 };

const invalid = (host: string, cause?: unknown): LivepushError =>
  new LivepushError('usage', `"${host}" is not the address of a Docker engine.`, {
    hint: 'Write it as unix:///path/to/docker.sock, tcp://host:port or ssh://user@host.',
    cause,
  });

function parseUrl(host: string, url: string): URL {
  try {
    return new URL(url);
  } catch (cause) {
    throw invalid(host, cause);
  }
}

function parseTcp(host: string, rest: string): HostAddress {
  // A URL must have a host; docker takes `tcp://:2375` and `tcp://` as well.
  const withHost = rest === '' || rest.startsWith(':') ? `${defaultTcp.host}${rest}` : rest;
  const url = parseUrl(host, `foo://${withHost}`);
  if (url.hostname === '' || (url.pathname !== '' && url.pathname !== '/')) throw invalid(host);
  const port = url.port === '' ? defaultTcp.port : Number(url.port);
  const address = `tcp://${url.hostname}:${port}`;
  return { kind: 'tcp', address, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port };
}

function parseSsh(host: string): HostAddress {
  const url = parseUrl(host, host);
  if (url.hostname === '' || url.search !== '' || url.hash !== '') throw invalid(host);
  if (url.password !== '') {
    throw new LivepushError('usage', 'A password in an ssh:// address is not supported.', {
      hint: 'Use a key that your ssh client knows.',
    });
  }
  return {
    kind: 'ssh',
    address: host,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    port: url.port === '' ? undefined : Number(url.port),
    socketPath: url.pathname === '' || url.pathname === '/' ? undefined : decodeURIComponent(url.pathname),
  };
}

/** Understands the addresses of `docker --host`: unix, npipe, tcp (also without `tcp://`) and ssh. Throws `usage`. */
export function parseHost(host: string, defaultSocket: string): HostAddress {
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/s.exec(host.trim()) ?? [undefined, 'tcp', host.trim()];
  switch (scheme) {
    case 'unix': {
      const path = rest === '' ? defaultSocket : rest;
      return { kind: 'socket', address: `unix://${path}`, path };
    }
    case 'npipe':
      return { kind: 'socket', address: host, path: rest.replaceAll('/', '\\') };
    case 'tcp':
      return parseTcp(host, rest);
    case 'ssh':
      return parseSsh(host.trim());
    default:
      throw invalid(host);
  }
}
