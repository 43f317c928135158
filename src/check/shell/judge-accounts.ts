import { hasOption, operandsOf, type ShellCommand } from './shell-command.js';
import type { Judge } from './situation.js';

const COMMON = ['-g', '-K', '-p', '-P', '-R', '--gid', '--key', '--password', '--prefix', '--root'];

/** Options that take a value, by program. `adduser` and `addgroup` are both Debian's and busybox'. */
const WITH_VALUE: Readonly<Record<string, readonly string[]>> = {
  useradd: [
    ...COMMON,
    ...['-b', '-c', '-d', '-e', '-f', '-G', '-k', '-s', '-u', '-Z', '--base-dir', '--comment', '--expiredate'],
    ...['--groups', '--home-dir', '--inactive', '--selinux-user', '--shell', '--skel', '--uid'],
  ],
  groupadd: [...COMMON, '-U', '--users'],
  adduser: [
    ...['-G', '-g', '-h', '-k', '-s', '-u', '--comment', '--conf', '--firstgid', '--firstuid', '--gecos', '--gid'],
    ...['--home', '--ingroup', '--lastgid', '--lastuid', '--shell', '--skel', '--uid'],
  ],
  addgroup: ['-g', '--conf', '--firstgid', '--gid', '--lastgid'],
  usermod: [
    ...COMMON,
    ...['-c', '-d', '-e', '-f', '-G', '-l', '-s', '-u', '-v', '-V', '-w', '-W', '-Z', '--append-to', '--comment'],
    ...['--expiredate', '--groups', '--home', '--inactive', '--login', '--shell', '--uid'],
  ],
  groupmod: [...COMMON, '-n', '-U', '--new-name', '--users'],
};

const namesIn = (command: ShellCommand) => operandsOf(command, ...(WITH_VALUE[command.program] ?? ['-R', '--root']));

/** `id` and `getent` know whether an account is there. */
const asked = (kind: 'user' | 'group', name: string): string =>
  kind === 'user' ? `id -u ${name} >/dev/null 2>&1` : `getent group ${name} >/dev/null`;

/** Debian's adduser and addgroup accept a system account that is there (tried); busybox' say that it is in use. */
const isAccepted = (command: ShellCommand, busybox: () => boolean): boolean =>
  (command.program.startsWith('add') && hasOption(command, '--system') && !busybox()) ||
  (command.program === 'groupadd' && hasOption(command, '-f', '--force'));

const creating =
  (kind: 'user' | 'group'): Judge =>
  ({ command, before, busybox }) => {
    const [name, group] = namesIn(command);
    // `adduser USER GROUP` adds a user to a group, and accepts one that is in it
    if (name === undefined || group !== undefined || isAccepted(command, busybox)) return undefined;
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
    const [name, group] = namesIn(command);
    if (name === undefined) return undefined;
    if (group !== undefined) {
      const why = `fails a second time: the user ${name.text} is not in ${group.text} any more`;
      return { why, hint: `Write ${command.text} || true` };
    }
    const hint = `Write ! ${asked(kind, name.text)} || ${command.text}`;
    return { why: `fails a second time: the ${kind} ${name.text} is gone`, hint };
  };

const renaming =
  (kind: 'user' | 'group', ...options: readonly string[]): Judge =>
  ({ command }) => {
    const [name] = namesIn(command);
    if (name === undefined || !hasOption(command, ...options)) return undefined;
    const hint = `Write ! ${asked(kind, name.text)} || ${command.text}`;
    return { why: `fails a second time: the ${kind} ${name.text} has another name`, hint };
  };

/** Judges of programs that make, rename and remove users and groups. */
export const accountJudges: Readonly<Record<string, Judge>> = {
  useradd: creating('user'),
  adduser: creating('user'),
  groupadd: creating('group'),
  addgroup: creating('group'),
  userdel: removing('user'),
  deluser: removing('user'),
  groupdel: removing('group'),
  delgroup: removing('group'),
  usermod: renaming('user', '-l', '--login'),
  groupmod: renaming('group', '-n', '--new-name'),
};
