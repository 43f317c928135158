import { hasOption, operandsOf, pathOf, type ShellCommand } from './shell-command.js';
import { isGoneAfter, isGoneBefore, isMadeBefore, type Judge, type Situation } from './situation.js';

const isGone = (situation: Situation, path: string): boolean =>
  isGoneBefore(situation, path) || isGoneAfter(situation, path);

/** `gunzip FILE.gz` takes the archive away, and does not write over what it made. */
const unpack: Judge = (situation) => {
  const { command } = situation;
  if (hasOption(command, '-c', '--stdout', '-t', '--test', '-l', '--list', '-r')) return undefined;
  const [archive] = operandsOf(command, '-S', '--suffix');
  if (archive === undefined || archive.text === '-' || /[*?]/.test(archive.text)) return undefined;
  const isKept = hasOption(command, '-k', '--keep');
  const isForced = hasOption(command, '-f', '--force');
  if (!isKept && !isMadeBefore(situation, pathOf(command, archive))) {
    const why = `fails a second time: ${archive.text} is gone`;
    return { why, hint: `Write ${command.text.replace(/^(\S*)/, '$1 -kf')}` };
  }
  const made = { ...archive, text: archive.text.replace(/\.\w+$/, '') };
  if (isForced || isGone(situation, pathOf(command, made))) return undefined;
  const why = `fails when ${made.text} is there already`;
  return { why, hint: `Write ${command.text.replace(/^(\S*)/, '$1 -f')}` };
};

const ifUnpacking: Judge = (situation) =>
  hasOption(situation.command, '-d', '--decompress', '--uncompress') ? unpack(situation) : undefined;

/** `7z x` asks before it writes over a file. */
const sevenZip: Judge = ({ command }) => {
  const [verb] = operandsOf(command);
  if ((verb?.text !== 'x' && verb?.text !== 'e') || command.args.some(({ text }) => /^-(?:y|ao\w)$/.test(text))) {
    return undefined;
  }
  return { why: 'asks what to do with files that are there already, and gets no answer', hint: `Add -y` };
};

const verbOf = ({ args }: ShellCommand, verbs: RegExp): boolean => args.some(({ text }) => verbs.test(text));

/** `keytool -importcert -alias NAME` refuses a name that is there. */
const keytool: Judge = ({ command, before }) => {
  if (!verbOf(command, /^-(?:import(?:cert|keystore)?|genkey(?:pair)?|genseckey)$/)) return undefined;
  if (before.some((other) => other.program === 'keytool' && verbOf(other, /^-delete$/))) return undefined;
  return {
    why: 'fails when the alias is there already',
    hint: `Write keytool -list -alias NAME … || ${command.text}`,
  };
};

/** Judges of programs that unpack single files, and of key stores. */
export const archiveJudges: Readonly<Record<string, Judge>> = {
  gunzip: unpack,
  bunzip2: unpack,
  unxz: unpack,
  gzip: ifUnpacking,
  bzip2: ifUnpacking,
  xz: ifUnpacking,
  '7z': sevenZip,
  '7za': sevenZip,
  '7zr': sevenZip,
  keytool,
};
