import { posix } from 'node:path';
import { hasOption, operandsOf, optionValue, pathOf, type ShellCommand, type ShellWord } from './shell-command.js';
import { isGoneAfter, isGoneBefore, isMadeBefore, type Judge, type Situation } from './situation.js';

const textsOf = ({ args }: ShellCommand): string[] => args.map(({ text }) => text);

/** Where a clone goes: its second operand, or the last part of the address. */
function cloneTarget(words: readonly ShellWord[]): ShellWord | undefined {
  const [url, target] = words;
  if (url === undefined || target !== undefined) return target;
  return { text: posix.basename(url.text).replace(/\.git$/, ''), literal: url.literal };
}

const CLONE_VALUES = [
  '-b',
  '--branch',
  '--depth',
  '-c',
  '--config',
  '-o',
  '--origin',
  '-j',
  '--jobs',
  '--filter',
  '--reference',
];

function clone(situation: Situation): ReturnType<Judge> {
  const { command } = situation;
  const words = operandsOf(command, '-C', ...CLONE_VALUES);
  const target = cloneTarget(words.slice(words.findIndex(({ text }) => text === 'clone') + 1));
  if (target === undefined) return undefined;
  const path = pathOf(command, target);
  if (isGoneBefore(situation, path) || isGoneAfter(situation, path)) return undefined;
  const hint = `Write rm -rf ${target.text} && ${command.text}, or clone only if it is not there.`;
  return { why: `fails when ${target.text} is there already`, hint };
}

const git: Judge = (situation) => {
  const { command, before } = situation;
  const [verb, ...rest] = operandsOf(command, '-C', '-c').map(({ text }) => text);
  if (verb === 'clone') return clone(situation);
  if (verb === 'config' && hasOption(command, '--add')) {
    return { why: 'adds the same value once more each time', hint: 'Write git config --replace-all' };
  }
  const isNew = before.some(({ program, args }) => program === 'git' && args.some(({ text }) => text === 'clone'));
  const repository = command.folder === undefined ? '.git' : posix.join(command.folder, '.git');
  if (isNew || isGoneBefore(situation, repository) || isGoneAfter(situation, repository)) return undefined;
  if (verb === 'commit' && !hasOption(command, '--allow-empty', '--amend')) {
    return { why: 'fails when there is nothing new to commit', hint: `Write ${command.text} --allow-empty` };
  }
  if (verb === 'apply' || verb === 'am') return patched(situation);
  if (verb === 'remote' && rest[0] === 'add') {
    const name = rest[1] ?? '';
    return {
      why: `fails when the remote ${name} is there already`,
      hint: `Write git remote get-url ${name} || ${command.text}`,
    };
  }
  if (verb === 'submodule' && rest[0] === 'add') {
    return { why: 'fails when the submodule is there already', hint: 'Write git submodule update --init' };
  }
  return undefined;
};

const patched: Judge = (situation) => {
  const { before, earlierCopies } = situation;
  // sources that are unpacked or copied anew each time can be patched each time
  const isFresh = before.some(({ program }) => ['tar', 'unzip', 'git', 'cp', 'curl', 'wget'].includes(program));
  if (isFresh && earlierCopies().length === 0) return undefined;
  if (before.some(({ program }) => ['tar', 'unzip', 'cp'].includes(program))) return undefined;
  return {
    why: 'fails on files that are patched already',
    hint: 'Unpack or copy the files anew in the same RUN, and patch these.',
  };
};

const patch: Judge = (situation) => (hasOption(situation.command, '--dry-run') ? undefined : patched(situation));

const unzip: Judge = (situation) => {
  const { command } = situation;
  if (hasOption(command, '-o', '-n', '-l', '-t', '-p', '-Z')) return undefined;
  const path = pathOf(command, optionValue(command, '-d') ?? { text: '.', literal: true });
  if (isGoneBefore(situation, path) || isGoneAfter(situation, path)) return undefined;
  return {
    why: 'asks what to do with files that are there already, and gets no answer',
    hint: `Write ${command.text.replace(/\bunzip\b/, 'unzip -o')}`,
  };
};

const gpg: Judge = (situation) => {
  const { command } = situation;
  const texts = textsOf(command);
  const flag = texts.findIndex((text) => text === '-o' || text === '--output');
  const target = command.args[flag + 1];
  if (flag < 0 || target === undefined || texts.includes('--yes')) return undefined;
  const path = pathOf(command, target);
  if (isGoneBefore(situation, path) || isGoneAfter(situation, path)) return undefined;
  return {
    why: `fails when ${target.text} is there already`,
    hint: `Write ${command.text.replace(/\bgpg2?\b/, (name) => `${name} --yes`)}`,
  };
};

const keygen: Judge = (situation) => {
  const { command } = situation;
  const flag = textsOf(command).indexOf('-f');
  const target = command.args[flag + 1];
  if (flag < 0 || target === undefined || hasOption(command, '-y', '-l', '-R', '-F')) return undefined;
  const path = pathOf(command, target);
  if (isGoneBefore(situation, path) || isMadeBefore(situation, path)) return undefined;
  return {
    why: `asks before it overwrites ${target.text}, and gets no answer`,
    hint: `Write [ -e ${target.text} ] || ${command.text}`,
  };
};

/** Judges of programs that fetch, unpack and patch sources. */
export const sourceJudges: Readonly<Record<string, Judge>> = {
  git,
  patch,
  unzip,
  gpg,
  gpg2: gpg,
  'ssh-keygen': keygen,
};
