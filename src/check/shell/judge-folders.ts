import { posix } from 'node:path';
import { isWithin } from '../../plan/context-tree.js';
import { hasOption, operandsOf, optionValue, pathOf, type ShellCommand, type ShellWord } from './shell-command.js';
import { isGoneAfter, isGoneBefore, type Judge, type Problem, type Situation } from './situation.js';

/** Folders that images have, as far as it matters what is copied or moved to them. */
const FOLDERS = new Set([
  ...['/', '/bin', '/boot', '/dev', '/etc', '/home', '/lib', '/media', '/mnt', '/opt', '/root', '/run', '/sbin'],
  ...['/srv', '/tmp', '/usr', '/usr/bin', '/usr/include', '/usr/lib', '/usr/local', '/usr/local/bin'],
  ...['/usr/local/etc', '/usr/local/include', '/usr/local/lib', '/usr/local/sbin', '/usr/local/share'],
  ...['/usr/local/src', '/usr/sbin', '/usr/share', '/usr/src', '/var', '/var/cache', '/var/lib', '/var/log'],
  ...['/var/tmp', '/etc/nginx/conf.d', '/usr/share/nginx/html', '/usr/local/apache2/htdocs', '/etc/init.d'],
]);

const FILE_NAMES =
  /(?:^\.[\w-]+|\.(?:conf|cfg|ini|json5?|ya?ml|toml|xml|env|example|sample|txt|md|sh|bash|py|rb|js|mjs|cjs|ts|jar|war|so|deb|rpm|apk|whl|zip|t?gz|tar|xz|bz2|crt|pem|key|html?|css|sql|properties|lock|phar|exe|bin|service))$/;

/** Where programs are built. */
const PROGRAMS = /(?:^|\/)(?:bin|debug|release)\/[^/]+$/;

/** What is at a path that a command reads, as far as names, the context and other commands tell. */
function kindOf(situation: Situation, word: ShellWord): 'file' | 'directory' | undefined {
  const { command, before, after } = situation;
  const path = pathOf(command, word);
  if (word.text.endsWith('/')) return 'directory';
  const known = situation.kindAt(path);
  if (known !== undefined) return known;
  const isAt = (other: ShellCommand, each: ShellWord | undefined) => each !== undefined && pathOf(other, each) === path;
  const names = (other: ShellCommand) => operandsOf(other).some((each) => isAt(other, each));
  const isProgram = ({ program, args }: ShellCommand) =>
    program === 'chmod' && !args.some(({ text }) => /^-\w*R/.test(text));
  const writes = (other: ShellCommand) =>
    // compilers and downloads
    other.args.some(({ text }, at) => text === '-o' && isAt(other, other.args[at + 1])) ||
    other.outputs.some(({ target }) => pathOf(other, target) === path) ||
    (['curl', 'wget', 'touch'].includes(other.program) && other.args.some((each) => pathOf(other, each) === path));
  for (const other of [...before, ...after]) {
    if (writes(other) || (isProgram(other) && names(other))) return 'file';
    if (other.program === 'mkdir' && names(other)) return 'directory';
  }
  return FILE_NAMES.test(posix.basename(word.text)) || PROGRAMS.test(word.text) ? 'file' : undefined;
}

/** Whether a folder is there before the step runs for the first time. */
function isOldFolder(situation: Situation, path: string): boolean {
  const { command, before, folders } = situation;
  if (FOLDERS.has(path) || (command.folder !== undefined && isWithin(path, command.folder))) return true;
  if (folders().some((folder) => isWithin(path, folder))) return true;
  return before.some(
    (other) => other.program === 'mkdir' && operandsOf(other).some((each) => isWithin(path, pathOf(other, each))),
  );
}

const isPattern = ({ text }: ShellWord): boolean => /[*?[{]/.test(text);

interface Move {
  readonly source: ShellWord;
  readonly target: ShellWord;
  /** Absolute, or as written. */
  readonly path: string;
}

/** Source and target of `cp -r SOURCE TARGET` and `mv SOURCE TARGET`; undefined where the target is a folder for sure. */
function moveOf({ command }: Situation): Move | undefined {
  if (hasOption(command, '-T', '--no-target-directory', '-t', '--target-directory')) return undefined;
  const [source, target, ...more] = operandsOf(command, '-S', '--suffix');
  if (source === undefined || target === undefined || more.length > 0 || isPattern(source)) return undefined;
  if (/(?:^|\/)\.{1,2}\/?$/.test(source.text)) return undefined;
  return { source, target, path: pathOf(command, target) };
}

const isGone = (situation: Situation, path: string): boolean =>
  isGoneBefore(situation, path) || isGoneAfter(situation, path);

/** `cp -r DIR TARGET` makes TARGET the first time, and TARGET/DIR the second. */
export const cp: Judge = (situation) => {
  const { command } = situation;
  if (!hasOption(command, '-r', '-R', '-a', '--recursive', '--archive')) return undefined;
  const move = moveOf(situation);
  if (move === undefined || kindOf(situation, move.source) === 'file') return undefined;
  const { source, target, path } = move;
  if (isOldFolder(situation, path) || isGone(situation, path) || kindOf(situation, target) === 'file') return undefined;
  return {
    why: `copies into ${target.text} the second time, as that is there then`,
    hint: `Write ${command.text.replace(source.text, `${source.text.replace(/\/$/, '')}/.`)}`,
  };
};

const isProgramPath = (path: string): boolean => /\/s?bin(?:\/|$)/.test(path);

/** `mv DIR TARGET`, where DIR is made anew each time: it goes into the TARGET of the last time, or stumbles over it. */
export function movedInto(situation: Situation): Problem | undefined {
  const { command } = situation;
  const move = moveOf(situation);
  if (move === undefined) return undefined;
  const { source, target, path } = move;
  const kind = kindOf(situation, source);
  if (kind === 'file' || isProgramPath(path)) return undefined;
  if (isOldFolder(situation, path)) {
    const inside = posix.join(path, posix.basename(source.text));
    if (kind !== 'directory' || isGone(situation, inside)) return undefined;
    return {
      why: `fails a second time: ${inside} is not empty`,
      hint: `Write rm -rf ${inside} && ${command.text}`,
    };
  }
  if (isGone(situation, path) || kindOf(situation, { ...target, text: path }) === 'file') return undefined;
  return {
    why: `moves into ${target.text} the second time, as that is there then`,
    hint: `Write rm -rf ${target.text} && ${command.text}`,
  };
}

/** `wget URL` keeps what is there, and saves the new file under another name. */
export const wget: Judge = (situation) => {
  const { command } = situation;
  const { args } = command;
  const isNamed = hasOption(command, '-O', '-N', '-c', '-i', '-r', '--output-document', '--continue', '--timestamping');
  if (
    isNamed ||
    args.some(({ text }) => /^-\w*O/.test(text)) ||
    hasOption(command, '--input-file', '--spider', '--no-clobber')
  ) {
    return undefined;
  }
  // -nc
  if (args.some(({ text }) => text === '-nc' || text === '--mirror' || text === '-m')) return undefined;
  const url = args.find(({ text }) => /^(?:https?|ftp):\/\//.test(text));
  const name = url && posix.basename(url.text);
  if (url === undefined || name === undefined || url.text.endsWith('/')) return undefined;
  const folder = optionValue(command, '-P', '--directory-prefix');
  const file = folder === undefined ? name : posix.join(folder.text, name);
  const path = pathOf(command, { text: file, literal: url.literal && folder?.literal !== false });
  if (isGone(situation, path)) return undefined;
  return {
    why: `saves the file under another name when ${file} is there already`,
    hint: `Write ${command.text.replace(/\bwget\b/, `wget -O ${file}`)}`,
  };
};
