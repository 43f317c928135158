import { hasOption, operandsOf } from './shell-command.js';
import type { Judge } from './situation.js';

/** Options of adduser, useradd and the like that take a value. */
const WITH_VALUE = [
  ...['-h', '-s', '-G', '-g', '-u', '-k', '-d', '-c', '-p', '-e', '-b', '-f', '-K', '-Z'],
  ...[
    '--gecos',
    '--home',
    '--shell',
    '--uid',
    '--gid',
    '--ingroup',
    '--comment',
    '--groups',
    '--home-dir',
    '--base-dir',
  ],
  ...['--password', '--expiredate', '--skel', '--firstuid', '--lastuid', '--firstgid', '--lastgid', '--root'],
];

/** `id` and `getent` know whether an account is there. */
const asked = (kind: 'user' | 'group', name: string): string =>
  kind === 'user' ? `id -u ${name} >/dev/null 2>&1` : `getent group ${name} >/dev/null`;

const creating =
  (kind: 'user' | 'group'): Judge =>
  ({ command, before }) => {
    const names = operandsOf(command, ...WITH_VALUE);
    const [name] = names;
    // `adduser USER GROUP` adds a user to a group; --system of Debian's adduser accepts one that is there
    if (
      name === undefined ||
      names.length > 1 ||
      (command.program.startsWith('add') && hasOption(command, '--system'))
    ) {
      return undefined;
    }
    if (command.program === 'groupadd' && hasOption(command, '-f', '--force')) return undefined;
    const removers = kind === 'user' ? ['userdel', 'deluser'] : ['groupdel', 'delgroup'];
    const isRemoved = before.some(
      ({ program, args }) => removers.includes(program) && args.some(({ text }) => text === name.text),
    );
    if (isRemoved) return undefined;
    const hint = `Write ${asked(kind, name.text)} || ${command.text}`;
    return { why: `fails when the ${kind} ${name.text} is there already`, hint };
  };

const removing =
  (kind: 'user' | 'group'): Judge =>
  ({ command }) => {
    const name = operandsOf(command, ...WITH_VALUE)[0];
    if (name === undefined) return undefined;
    const hint = `Write ! ${asked(kind, name.text)} || ${command.text}`;
    return { why: `fails a second time: the ${kind} ${name.text} is gone`, hint };
  };

/** Judges of programs that make and remove users and groups. */
export const accountJudges: Readonly<Record<string, Judge>> = {
  useradd: creating('user'),
  adduser: creating('user'),
  groupadd: creating('group'),
  addgroup: creating('group'),
  userdel: removing('user'),
  deluser: removing('user'),
  groupdel: removing('group'),
  delgroup: removing('group'),
};
