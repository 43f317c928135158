import { posix } from 'node:path';
import { cp, movedInto, wget } from './judge-folders.js';
import { sed } from './judge-sed.js';
import { hasOption, operandsOf, pathOf, type ShellWord } from './shell-command.js';
import {
  copiedAt,
  isBuiltLater,
  isGoneAfter,
  isGoneBefore,
  isMadeBefore,
  isWrittenBefore,
  type Judge,
  type Problem,
  type Situation,
} from './situation.js';

const list = (words: readonly ShellWord[]): string => words.map(({ text }) => text).join(' ');

/** The command with options put in front of its arguments. */
const withOption = ({ command }: Situation, option: string): string =>
  command.text.replace(new RegExp(`\\b${command.program}\\b`), (program) => `${program} ${option}`);

const mkdir: Judge = (situation) => {
  const { command } = situation;
  if (hasOption(command, '-p', '--parents')) return undefined;
  const left = operandsOf(command, '-m', '--mode').filter((word) => {
    const path = pathOf(command, word);
    return !/\$\(|`|mktemp/.test(word.text) && !isGoneBefore(situation, path) && !isGoneAfter(situation, path);
  });
  if (left.length === 0) return undefined;
  return { why: `fails when ${list(left)} is there already`, hint: `Write ${withOption(situation, '-p')}` };
};

const ln: Judge = (situation) => {
  const { command } = situation;
  if (hasOption(command, '-f', '--force')) return undefined;
  const operands = operandsOf(command, '-t', '--target-directory', '-S', '--suffix');
  const last = operands.at(-1);
  if (last === undefined) return undefined;
  const name = posix.basename(operands[0]?.text ?? '');
  const folder = operands.length === 1 ? './' : last.text;
  const link = { ...last, text: folder.endsWith('/') ? posix.join(folder, name) : folder };
  const path = pathOf(command, link);
  if (isGoneBefore(situation, path) || isGoneAfter(situation, path)) return undefined;
  const better = command.text.replace(/(\s)-s\b/, '$1-sfn');
  const hint = `Write ${better === command.text ? withOption(situation, '-f') : better}`;
  return { why: `fails when ${link.text} is there already`, hint };
};

const mv: Judge = (situation) => {
  const { command } = situation;
  const operands = operandsOf(command, '-S', '--suffix');
  const sources = hasOption(command, '-t', '--target-directory') ? operands : operands.slice(0, -1);
  const gone = sources.filter((word) => {
    const path = pathOf(command, word);
    return copiedAt(situation, path) !== undefined || !isMadeBefore(situation, path);
  });
  if (gone.length === 0) return movedInto(situation);
  return {
    why: `fails a second time: ${list(gone)} has been moved away`,
    hint: `Write cp -a instead, or make ${list(gone)} anew in the same RUN.`,
  };
};

const rm: Judge = (situation) => {
  const { command } = situation;
  const isForced = hasOption(command, '-f', '--force');
  for (const word of operandsOf(command)) {
    const path = pathOf(command, word);
    const copy = copiedAt(situation, path);
    if (copy !== undefined) {
      const kept = copy.from.kind === 'fixed' ? 'no push copies it again' : 'a later push copies only what changed';
      const why = `removes what line ${copy.line} copies: ${kept}, and this step misses the rest`;
      return { why, hint: 'Leave the files there, or leave the removing to a later stage.' };
    }
    if (isForced || isMadeBefore(situation, path) || isBuiltLater(situation, path)) continue;
    return { why: `fails a second time: ${word.text} is gone`, hint: `Write ${withOption(situation, '-f')}` };
  }
  return undefined;
};

const rmdir: Judge = (situation) => {
  const { command } = situation;
  const left = operandsOf(command).find((word) => !isMadeBefore(situation, pathOf(command, word)));
  if (left === undefined) return undefined;
  return { why: `fails a second time: ${left.text} is gone`, hint: `Write rm -rf ${left.text}` };
};

const special: Judge = ({ command }) => {
  const [path] = operandsOf(command, '-m', '--mode');
  if (path === undefined) return undefined;
  const hint = `Write [ -e ${path.text} ] || ${command.text}`;
  return { why: `fails when ${path.text} is there already`, hint };
};

/** An append adds the same once more each time. */
function appending(situation: Situation, target: ShellWord): Problem | undefined {
  const path = pathOf(situation.command, target);
  if (/^\/(?:dev|proc)\//.test(path) || path.startsWith('$GITHUB_') || isGoneBefore(situation, path)) return undefined;
  if (isGoneAfter(situation, path)) return undefined;
  if (isWrittenBefore(situation, path)) return undefined;
  const hint = `Write the file as a whole with >, or append only what is missing: grep -qxF LINE ${target.text} || …`;
  return { why: `appends to ${target.text} once more each time`, hint };
}

/** `>>` and `tee -a`, of any program. */
export const appends: Judge = (situation) => {
  const { command } = situation;
  const teed = command.program === 'tee' && hasOption(command, '-a', '--append') ? operandsOf(command) : [];
  const targets = [...command.outputs.filter(({ append }) => append).map(({ target }) => target), ...teed];
  return targets.map((target) => appending(situation, target)).find((problem) => problem !== undefined);
};

/** Judges of programs that make, move and remove files. */
export const fileJudges: Readonly<Record<string, Judge>> = {
  cp,
  wget,
  mkdir,
  ln,
  mv,
  rm,
  rmdir,
  sed,
  mkfifo: special,
  mknod: special,
};
