import { operandsOf, pathOf, type ShellCommand } from './shell-command.js';
import { isGoneBefore, type Judge, type Problem } from './situation.js';

/** A sub-command that makes something new, and so fails when it is there. */
interface Creator {
  /** Its first operands, such as `mod init`. */
  readonly words: readonly string[];
  /** Options that make it repeatable. */
  readonly unless?: readonly string[];
  readonly why: string;
  /** A file or folder that tells whether it has run; the next operand when left out. */
  readonly made?: string;
  readonly hint?: string;
}

const project = (...words: string[]): Creator => ({ words, why: 'fails when the project is there already' });

/** Package managers and generators as far as a second run differs. Installing once more is fine with all of them. */
const creators: Readonly<Record<string, readonly Creator[]>> = {
  cargo: [project('new'), { ...project('init'), made: 'Cargo.toml' }],
  go: [{ words: ['mod', 'init'], why: 'fails when go.mod is there already', made: 'go.mod' }],
  composer: [project('create-project')],
  npm: [project('create'), { words: ['init', ''], why: 'fails when the project is there already' }],
  npx: [],
  yarn: [
    project('create'),
    {
      words: ['remove'],
      why: 'fails a second time: the package is gone',
      hint: 'Leave the package out of package.json.',
    },
  ],
  pnpm: [project('create')],
  bundle: [{ words: ['init'], why: 'fails when the Gemfile is there already', made: 'Gemfile' }],
  rails: [project('new')],
  'django-admin': [project('startproject')],
  dotnet: [
    { words: ['new'], unless: ['--force'], why: 'fails when the project is there already', hint: 'Add --force.' },
    {
      words: ['tool', 'install'],
      why: 'fails when the tool is installed already',
      hint: 'Write dotnet tool update, which installs it too.',
    },
  ],
  poetry: [project('new'), { ...project('init'), made: 'pyproject.toml' }],
  pecl: [
    {
      words: ['install'],
      unless: ['-f', '--force'],
      why: 'fails when the extension is installed already',
      hint: 'Write pecl install -f',
    },
  ],
  pyenv: [
    {
      words: ['install'],
      unless: ['-s', '--skip-existing', '-f', '--force'],
      why: 'fails when the version is installed already',
      hint: 'Write pyenv install -s',
    },
  ],
  rbenv: [
    {
      words: ['install'],
      unless: ['-s', '--skip-existing', '-f', '--force'],
      why: 'fails when the version is installed already',
      hint: 'Write rbenv install -s',
    },
  ],
  helm: [
    {
      words: ['plugin', 'install'],
      why: 'fails when the plugin is installed already',
      hint: 'Install it only if helm plugin list does not show it.',
    },
  ],
  ng: [project('new')],
  nest: [project('new')],
  hugo: [project('new', 'site')],
  jekyll: [project('new')],
  vue: [project('create')],
  conda: [
    {
      words: ['env', 'create'],
      unless: ['--force', '-y', '--yes'],
      why: 'fails when the environment is there already',
      hint: 'Write conda env update --prune, which makes it too.',
    },
    {
      words: ['create'],
      unless: ['-y', '--yes'],
      why: 'asks when the environment is there already',
      hint: 'Add --yes.',
    },
  ],
};

const startsWith = (operands: readonly string[], words: readonly string[]): boolean =>
  words.every((word, index) => (word === '' ? operands[index] !== undefined : operands[index] === word));

const isExcused = ({ args }: ShellCommand, { unless = [] }: Creator): boolean =>
  args.some(({ text }) => unless.includes(text));

function problemOf(command: ShellCommand, { words, why, made, hint }: Creator): Problem {
  const target = made ?? operandsOf(command)[words.length]?.text;
  return {
    why,
    hint:
      hint ??
      (target === undefined ? 'Run it only if nothing is there yet.' : `Write [ -e ${target} ] || ${command.text}`),
  };
}

const judgeOf =
  (known: readonly Creator[]): Judge =>
  (situation) => {
    const { command } = situation;
    const operands = operandsOf(command);
    const texts = operands.map(({ text }) => text);
    const creator = known.find((each) => startsWith(texts, each.words) && !isExcused(command, each));
    if (creator === undefined) return undefined;
    const target = operands[creator.words.length];
    if (target !== undefined && isGoneBefore(situation, pathOf(command, target))) return undefined;
    return problemOf(command, creator);
  };

/** `npx create-react-app shop`. */
const npx: Judge = ({ command }) => {
  const [tool, target] = operandsOf(command, '-p', '--package');
  if (tool === undefined || !/^(?:@[\w-]+\/)?create-/.test(tool.text)) return undefined;
  const hint =
    target === undefined ? 'Run it only if nothing is there yet.' : `Write [ -e ${target.text} ] || ${command.text}`;
  return { why: 'fails when the project is there already', hint };
};

/** Judges of package managers and project generators. */
export const packageJudges: Readonly<Record<string, Judge>> = {
  ...Object.fromEntries(Object.entries(creators).map(([program, known]) => [program, judgeOf(known)])),
  npx,
};
