import { join } from 'node:path';
import { LivepushError } from '../errors.js';
import type { FileReader } from './tls-material.js';

/** Keys of `proxies` in the CLI's configuration, and the variable that each becomes. */
const VARIABLES = [
  ['httpProxy', 'HTTP_PROXY'],
  ['httpsProxy', 'HTTPS_PROXY'],
  ['ftpProxy', 'FTP_PROXY'],
  ['noProxy', 'NO_PROXY'],
  ['allProxy', 'ALL_PROXY'],
] as const;

const get = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;

/**
 * The build arguments that the docker CLI and compose add by themselves: the proxies of `config.json` for an engine, or the
 * default ones, each in capitals and small letters.
 *
 * @param address of the engine, as `DOCKER_HOST` has it
 */
export function cliProxies(
  { configFolder, address }: { configFolder: string; address: string },
  readFile: FileReader,
): Record<string, string> {
  const path = join(configFolder, 'config.json');
  const content = readFile(path);
  if (content === undefined) return {};
  const proxies = get(parseJson(path, content), 'proxies');
  const own = get(proxies, address) ?? get(proxies, 'default');
  const found: Record<string, string> = {};
  for (const [key, name] of VARIABLES) {
    const value = get(own, key);
    if (typeof value !== 'string' || value === '') continue;
    found[name] = value;
    found[name.toLowerCase()] = value;
  }
  return found;
}

function parseJson(path: string, content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw new LivepushError('usage', `${path} is not valid JSON.`, { cause });
  }
}
