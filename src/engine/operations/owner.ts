import type { Container } from '../../docker/engine.js';
import { readText } from '../../docker/read-text.js';

/** Numeric owner of a file. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export const ROOT: Owner = { uid: 0, gid: 0 };

/**
 * Resolves `--chown` with the passwd and group files of the container, by BuildKit's rules: a number is a number (and
 * alone stands for the group as well), an unknown user is 0:0, an unknown group the user's own.
 */
export async function resolveOwner(container: Container, chown: string | undefined): Promise<Owner | undefined> {
  if (chown === undefined) return undefined;
  const [, user = '', group] = /^([^:]*)(?::(.*))?$/s.exec(chown) ?? [];
  const named = [user, group ?? ''].some((part) => part !== '' && !isId(part));
  if (!named) return numericOwner(user, group);
  const [passwd, groups] = await Promise.all([readText(container, '/etc/passwd'), readText(container, '/etc/group')]);
  return namedOwner({ user, group }, passwd ?? '', groups ?? '');
}

const MAX_ID = 2 ** 31 - 1;
const isId = (text: string): boolean => /^[0-9]+$/.test(text);
const idOf = (text: string): number => (Number(text) > MAX_ID ? 0 : Number(text));

function numericOwner(user: string, group: string | undefined): Owner {
  const uid = user === '' ? 0 : idOf(user);
  if (group === undefined) return { uid, gid: uid };
  return { uid, gid: group === '' ? 0 : idOf(group) };
}

/** The part of `resolveOwner` that reads the files' text. */
export function namedOwner(
  { user, group }: { user: string; group: string | undefined },
  passwd: string,
  groups: string,
): Owner {
  const fields = (text: string, name: string) =>
    text
      .split('\n')
      .map((line) => line.split(':'))
      .find(([first]) => first === name);
  const entry = user === '' || isId(user) ? undefined : fields(passwd, user);
  const unknown = user !== '' && !isId(user) && !entry;
  if (unknown) return ROOT;
  const base = entry ? { uid: Number(entry[2]), gid: Number(entry[3]) } : numericOwner(user, undefined);
  if (group === undefined) return base;
  if (group === '') return { uid: base.uid, gid: 0 };
  if (isId(group)) return { uid: base.uid, gid: idOf(group) };
  const found = fields(groups, group);
  return found ? { uid: base.uid, gid: Number(found[2]) } : base;
}
