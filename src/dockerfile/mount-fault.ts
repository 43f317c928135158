import type { Mount } from './model.js';
import type { MountOption } from './mount-options.js';

type MountType = Mount['type'];

const isBoolean = (value: string): boolean => /^(?:1|0|t|f|true|false|T|F|TRUE|FALSE|True|False)$/.test(value);
const isNumber = (value: string): boolean => /^\d+$/.test(value) && Number(value) < 2 ** 32;

const READABLE = ['readonly', 'ro', 'readwrite', 'rw'];
const OWNED: readonly MountType[] = ['secret', 'ssh', 'cache'];

/** What is wrong with one option of a mount whose type is as said so far: options are read in order. */
function optionFault({ key, value }: MountOption, type: MountType): string | undefined {
  if (READABLE.includes(key)) return value === undefined || isBoolean(value) ? undefined : `${key} takes true or false`;
  if (key === 'required') {
    if (type !== 'secret' && type !== 'ssh')
      return `required is for mounts of the types secret and ssh, named in front of it`;
    return value === undefined || isBoolean(value) ? undefined : `${key} takes true or false`;
  }
  if (value === undefined) return `${key === '' ? 'an option' : key} has no value`;
  switch (key) {
    case 'size':
      if (type !== 'tmpfs') return 'size is for mounts of the type tmpfs, named in front of it';
      return /^\d+(?:\.\d+)? ?(?:[kmgtp]?i?b?)?$/i.test(value) ? undefined : `size=${value} is no size`;
    case 'sharing':
      return ['shared', 'private', 'locked'].includes(value.toLowerCase())
        ? undefined
        : `sharing takes shared, private or locked, not ${value}`;
    case 'mode':
      return /^[0-7]+$/.test(value) ? undefined : `mode=${value} is no octal number`;
    case 'uid':
    case 'gid':
      return isNumber(value) ? undefined : `${key}=${value} is no number`;
    default:
      return undefined;
  }
}

/** What is wrong with options of a mount that are known, one by one and together; undefined for nothing. */
export function mountFault(options: readonly MountOption[], types: readonly MountType[]): string | undefined {
  let type: MountType = 'bind';
  for (const option of options) {
    const fault = optionFault(option, type);
    if (fault !== undefined) return fault;
    if (option.key === 'type') type = types.find((known) => known === option.value?.toLowerCase()) ?? type;
  }
  const has = (...keys: readonly string[]): boolean =>
    options.some(({ key, value }) => keys.includes(key) && value !== '');
  const owner = ['mode', 'uid', 'gid'].find((key) => has(key));
  if (owner !== undefined && !OWNED.includes(type)) return `${owner} is not for mounts of the type ${type}`;
  if (has('sharing') && type !== 'cache') return `sharing is not for mounts of the type ${type}`;
  if (type !== 'secret') return undefined;
  if (has('from')) return 'from is not for mounts of the type secret';
  return has('source', 'src') && has('id') ? 'a secret mount has a source or an id, not both' : undefined;
}
