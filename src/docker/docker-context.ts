import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { LivepushError } from '../errors.js';
import { type FileReader, readTls, type TlsMaterial } from './tls-material.js';

interface ContextOptions {
  readonly name: string;
  /** The docker CLI's configuration folder, `~/.docker` as a rule. */
  readonly configFolder: string;
}

interface DockerContext {
  readonly host: string;
  readonly tls: TlsMaterial | undefined;
}

function parseJson(path: string, content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw new LivepushError('usage', `${path} is not valid JSON.`, { cause });
  }
}

/** A property of something that may not be an object at all. */
const get = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;

/** The context that `docker context use` chose, or undefined. Throws `usage` for a broken configuration file. */
export function currentContextOf(configFolder: string, readFile: FileReader): string | undefined {
  const path = join(configFolder, 'config.json');
  const content = readFile(path);
  if (content === undefined) return undefined;
  const name = get(parseJson(path, content), 'currentContext');
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Address and certificates of a context of the docker CLI. Throws `usage` when there is no such context. */
export function readContext({ name, configFolder }: ContextOptions, readFile: FileReader): DockerContext {
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(configFolder, 'contexts', 'meta', id, 'meta.json');
  const content = readFile(path);
  const endpoint = content && get(get(parseJson(path, content), 'Endpoints'), 'docker');
  const host = get(endpoint, 'Host');
  if (typeof host !== 'string' || host === '') {
    throw new LivepushError('usage', `There is no Docker context "${name}" with an engine.`, {
      hint: '`docker context ls` shows the contexts there are.',
    });
  }
  const verify = get(endpoint, 'SkipTLSVerify') !== true;
  const tls = readTls({ folder: join(configFolder, 'contexts', 'tls', id, 'docker'), verify }, readFile);
  const secured = !verify || tls.ca !== undefined || tls.cert !== undefined || tls.key !== undefined;
  return { host, tls: secured ? tls : undefined };
}
