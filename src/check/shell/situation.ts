import type { CopyStep } from '../../dockerfile/model.js';
import { isWithin } from '../../plan/context-tree.js';
import { operandsOf, pathOf, type ShellCommand } from './shell-command.js';

/** A command of a RUN step, and what is known of its surroundings. */
export interface Situation {
  readonly command: ShellCommand;
  /** Commands of the same script that run before it. */
  readonly before: readonly ShellCommand[];
  /** Commands of the same script that run after it. */
  readonly after: readonly ShellCommand[];
  /** COPY and ADD steps of the stage in front of the step whose files may be gone when it runs again. */
  readonly earlierCopies: () => readonly CopyStep[];
  /** COPY and ADD steps of the stage behind it. */
  readonly laterCopies: () => readonly CopyStep[];
  /** Paths that are empty each time the step runs. */
  readonly scratch: readonly string[];
}

/** What keeps a command from doing the same a second time, and how to write it. */
export interface Problem {
  /** Goes on with what the command is: `… fails when …`. */
  readonly why: string;
  readonly hint: string;
}

/** Judges the commands of one program. */
export type Judge = (situation: Situation) => Problem | undefined;

/** Programs that make files which their arguments need not name. */
const PRODUCERS = new Set([
  ...['tar', 'bsdtar', 'unzip', '7z', 'gunzip', 'gzip', 'xz', 'bunzip2', 'cpio', 'ar', 'dpkg-deb', 'rpm2cpio'],
  ...['curl', 'wget', 'git', 'svn', 'hg', 'aws', 'gsutil', 'cp', 'rsync', 'install', 'patch', 'split'],
  ...['make', 'cmake', 'ninja', 'meson', 'gcc', 'g++', 'cc', 'ld', 'go', 'cargo', 'rustc', 'mvn', 'gradle', 'mvnw'],
  ...['gradlew', 'javac', 'jar', 'jlink', 'java', 'dotnet', 'node', 'npm', 'npx', 'yarn', 'pnpm', 'bun', 'deno'],
  ...['python', 'python3', 'pip', 'pip3', 'poetry', 'uv', 'ruby', 'gem', 'bundle', 'rake', 'rails', 'php', 'composer'],
  ...['sh', 'bash', 'protoc', 'hugo', 'jekyll', 'mkdocs', 'tsc', 'webpack', 'vite', 'esbuild', 'ng', 'openssl', 'perl'],
]);

const isProducer = ({ program, text }: ShellCommand): boolean =>
  PRODUCERS.has(program) || /^\.{1,2}\//.test(text) || /\.(?:sh|py|pl|rb)$/.test(program);

/** The part of a path in front of its first pattern character. */
const fixedPart = (path: string): string => path.replace(/\/?[^/]*[*?[].*$/, '') || '/';

const overlaps = (left: string, right: string): boolean =>
  isWithin(fixedPart(left), fixedPart(right)) || isWithin(fixedPart(right), fixedPart(left));

const mentions = (command: ShellCommand, path: string): boolean =>
  command.args.some((word) => word.text !== '/' && overlaps(pathOf(command, word), path)) ||
  command.outputs.some(({ target }) => pathOf(command, target) === path);

/** Whether an earlier command of the script may well make what is at a path each time. */
export const isMadeBefore = ({ before }: Situation, path: string): boolean =>
  before.some((command) => (isProducer(command) && command.program !== 'rm') || isMaking(command, path));

const isMaking = (command: ShellCommand, path: string): boolean =>
  ['mkdir', 'touch', 'mv', 'ln', 'tee', 'mktemp', 'mkfifo'].includes(command.program)
    ? mentions(command, path)
    : command.outputs.some(({ target, append }) => !append && pathOf(command, target) === path);

const removes = (command: ShellCommand, path: string): boolean =>
  (command.program === 'rm' || command.program === 'rmdir' || command.program === 'unlink') &&
  operandsOf(command).some((word) => {
    const removed = pathOf(command, word);
    return (
      removed === path || isWithin(removed, path) || (removed.endsWith('/*') && isWithin(fixedPart(removed), path))
    );
  });

/** Whether a path is gone when the command runs, whatever an earlier run of the step left. */
export const isGoneBefore = ({ before, scratch }: Situation, path: string): boolean =>
  before.some((command) => removes(command, path)) || scratch.some((folder) => isWithin(folder, path));

/** Whether the step removes a path again before it ends, and nothing puts it back. */
export const isGoneAfter = ({ after, laterCopies }: Situation, path: string): boolean =>
  after.some((command) => removes(command, path)) &&
  !laterCopies().some(({ destination }) => isWithin(path, destination) || isWithin(destination, path));
