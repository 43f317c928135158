import { posix } from 'node:path';
import type { FileSource, Mount } from './model.js';
import { mountFault } from './mount-fault.js';
import { type MountOption, optionValue, readMountOptions } from './mount-options.js';
import { resolvePath } from './paths.js';
import { expandIn } from './scope.js';
import { resolveMountFrom } from './stage-references.js';
import type { StepContext } from './step-context.js';

/** A mount, or why it cannot be used. */
export type MountReading =
  | { readonly kind: 'mount'; readonly mount: Mount }
  | { readonly kind: 'fault'; readonly message: string; readonly isReported: boolean };

const TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const;
const FLAG_KEYS = ['readonly', 'ro', 'readwrite', 'rw', 'required'];
const VALUE_KEYS = [
  'type',
  'from',
  'source',
  'src',
  'target',
  'dst',
  'destination',
  'id',
  'sharing',
  'mode',
  'uid',
  'gid',
  'env',
  'size',
];
const NOTHING: FileSource = { kind: 'fixed', name: 'scratch' };

const fault = (message: string, isReported = false): MountReading => ({ kind: 'fault', message, isReported });

/** The last of these switches as a boolean; `rw` is the opposite of `ro`. */
function isOn(
  options: readonly MountOption[],
  yes: readonly string[],
  no: readonly string[] = [],
): boolean | undefined {
  const option = options.findLast(({ key }) => yes.includes(key) || no.includes(key));
  if (option === undefined) return undefined;
  const value = option.value === undefined || /^(1|t|true)$/i.test(option.value);
  return yes.includes(option.key) ? value : !value;
}

function sourceOf(type: Mount['type'], from: string | undefined, context: StepContext): FileSource | string {
  if (type !== 'bind' && type !== 'cache') return NOTHING;
  if (!from) return type === 'bind' ? { kind: 'context' } : NOTHING;
  const reference = resolveMountFrom(from, context.stage, context.names);
  if (reference.kind !== 'fault') return reference;
  context.fail('stage-reference', `${reference.message}.`);
  return reference.message;
}

type Read = (...keys: readonly string[]) => string | undefined;

/** Target and id with their defaults: a cache is known by its target, a secret lies in /run/secrets. */
function placeOf(type: Mount['type'], read: Read, workdir: string): Pick<Mount, 'target' | 'id'> {
  const written = read('target', 'dst', 'destination');
  const target = resolvePath(workdir, written ?? '');
  const id = read('id');
  switch (type) {
    case 'bind':
    case 'tmpfs':
      return { target, id: undefined };
    case 'cache':
      return { target, id: id || (written ?? target) };
    case 'ssh':
      return { target: written && target, id: id || 'default' };
    case 'secret': {
      // For a secret, `source` is another word for its id.
      const name = read('source', 'src') || id || (written && posix.basename(written));
      const isVariable = read('env') !== undefined && written === undefined;
      const file = isVariable ? undefined : `/run/secrets/${posix.basename(name ?? '')}`;
      return { target: written ? target : file, id: name };
    }
  }
}

/** The first option that nobody knows. */
function badOption(options: readonly MountOption[]): string | undefined {
  return options.find(({ key }) => key !== '' && !FLAG_KEYS.includes(key) && !VALUE_KEYS.includes(key))?.key;
}

/** Variables in place; `from` has none. */
function expandOptions(options: readonly MountOption[], { state, input }: StepContext): MountOption[] {
  return options.map(({ key, value }) => {
    const isPlain = value === undefined || key === 'from';
    return { key, value: isPlain ? value : expandIn(state, value, input) };
  });
}

/** Reads the value of `RUN --mount=`. Throws `SubstitutionError`. */
export function resolveMount(text: string, context: StepContext): MountReading {
  const written = readMountOptions(text);
  const bad = badOption(written);
  if (bad !== undefined) return fault(`the mount option ${bad} is not known`);
  const options = expandOptions(written, context);
  const wrong = mountFault(options, TYPES);
  if (wrong !== undefined) return fault(wrong);
  const read: Read = (...keys) => optionValue(options, ...keys);
  const typeName = read('type')?.toLowerCase() ?? 'bind';
  const type = TYPES.find((known) => known === typeName);
  if (type === undefined) return fault(`the mount type ${typeName} is not known`);
  const from = sourceOf(type, read('from'), context);
  if (typeof from === 'string') return fault(from, true);
  const place = placeOf(type, read, context.state.workdir);
  // builders take a secret there, and fail when the step runs
  if (place.target === '/') return fault('a mount cannot take the place of /', type === 'secret' || type === 'ssh');
  if (type === 'secret' && place.id === undefined) return fault('the secret mount has neither id nor target');
  const isWritable = type === 'cache' || type === 'tmpfs';
  const mount: Mount = {
    type,
    ...place,
    source: type === 'secret' ? undefined : read('source', 'src'),
    from,
    readOnly: isOn(options, ['readonly', 'ro'], ['readwrite', 'rw']) ?? !isWritable,
    required: isOn(options, ['required']) ?? false,
    mode: read('mode'),
    uid: read('uid'),
    gid: read('gid'),
    env: read('env'),
    size: read('size'),
  };
  return { kind: 'mount', mount };
}
