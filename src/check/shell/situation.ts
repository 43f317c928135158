import { posix } from 'node:path';
import type { CopyStep } from '../../dockerfile/model.js';
import { isWithin } from '../../plan/context-tree.js';
import { hasOption, operandsOf, pathOf, type ShellCommand, type ShellWord } from './shell-command.js';

/** A command of a RUN step, and what is known of its surroundings. */
export interface Situation {
  readonly command: ShellCommand;
  /** Commands of the same script that run before it. */
  readonly before: readonly ShellCommand[];
  /** Commands of the same script that run after it. */
  readonly after: readonly ShellCommand[];
  /** COPY and ADD steps of the stage in front of the step, whose files may be gone when it runs again. */
  readonly earlierCopies: () => readonly CopyStep[];
  /** Those whose files are there again each time that the step runs. */
  readonly freshCopies: () => readonly CopyStep[];
  /** Those of them whose files are also as they were copied, whatever the step has made of them. */
  readonly rewrittenCopies: () => readonly CopyStep[];
  /** COPY and ADD steps of the stage behind it: they bring their files back. */
  readonly laterCopies: () => readonly CopyStep[];
  /** Commands of the RUN steps that run again whenever this step does, in front of it. */
  readonly alwaysBefore: () => readonly ShellCommand[];
  /** Commands of the RUN steps behind it. */
  readonly later: () => readonly ShellCommand[];
  /** Paths that are empty each time the step runs. */
  readonly scratch: readonly string[];
  /** The image has busybox' programs, not those of a larger distribution. */
  readonly busybox: () => boolean;
  /** Whether a COPY puts something at a path, above it or below it. */
  readonly puts: (copy: CopyStep, path: string) => boolean;
  /** What a COPY in front of the step has put at a path; undefined where that is not known. */
  readonly kindAt: (path: string) => 'file' | 'directory' | undefined;
  /** Folders that steps in front of the step make: absolute paths. */
  readonly folders: () => readonly string[];
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

const placesAt = (copies: readonly CopyStep[], path: string): boolean =>
  copies.some(({ destination }) => overlaps(destination, path));

/** Whether what is at a path is made again each time, as far as can be told. */
export const isMadeBefore = (situation: Situation, path: string): boolean =>
  situation.before.some((command) => isProducer(command) || isMaking(command, path)) ||
  placesAt(situation.freshCopies(), path) ||
  situation.laterCopies().some(({ destination }) => isWithin(destination, fixedPart(path)) && destination !== '/') ||
  situation.alwaysBefore().some((command) => isProducer(command) || isMaking(command, path));

/** Programs that write whole files or trees anew each time. */
const UNPACKERS = ['tar', 'bsdtar', 'unzip', 'cpio', 'rsync', 'git'];

/** Whether a file is written as a whole each time in front of the command, as far as can be told. */
export function isWrittenBefore(situation: Situation, path: string): boolean {
  if (placesAt(situation.rewrittenCopies(), path)) return true;
  return situation.before.some((earlier) => {
    if (UNPACKERS.includes(earlier.program)) return true;
    const isNew = earlier.outputs.some((output) => !output.append && pathOf(earlier, output.target) === path);
    const isCopy = ['cp', 'install', 'curl', 'wget'].includes(earlier.program);
    return isNew || (isCopy && earlier.args.some((word) => overlaps(pathOf(earlier, word), path)));
  });
}

/** Whether a later build puts back what is at a path below the working directory. */
export const isBuiltLater = ({ command, later }: Situation, path: string): boolean =>
  command.folder !== undefined && command.folder !== '/' && isWithin(command.folder, path) && later().some(isProducer);

/** The earlier COPY that placed a path by name, or something below it. */
export function copiedAt({ earlierCopies }: Situation, path: string): CopyStep | undefined {
  const named = (copy: CopyStep): string[] => {
    const { destination, sources, intoDirectory } = copy;
    const isDirectory = intoDirectory || sources.length > 1;
    return isDirectory ? sources.map((source) => posix.join(destination, posix.basename(source))) : [destination];
  };
  return earlierCopies().find(
    (copy) => isWithin(path, copy.destination) || named(copy).some((placed) => placed === path),
  );
}

function isMaking(command: ShellCommand, path: string): boolean {
  const { program, args, outputs } = command;
  const operands = ['ln', 'mv'].includes(program) ? args.slice(-1) : args;
  const makes = ['mkdir', 'touch', 'mv', 'ln', 'tee', 'mktemp', 'mkfifo'].includes(program);
  if (makes && operands.some((word) => overlaps(pathOf(command, word), path))) return true;
  return outputs.some(({ target, append }) => !append && pathOf(command, target) === path);
}

/** What a command takes away from where it is. */
function takenAway(command: ShellCommand): readonly ShellWord[] {
  if (['rm', 'rmdir', 'unlink'].includes(command.program)) return operandsOf(command);
  if (command.program !== 'mv') return [];
  const operands = operandsOf(command, '-S', '--suffix', '-t', '--target-directory');
  return hasOption(command, '-t', '--target-directory') ? operands : operands.slice(0, -1);
}

const removes = (command: ShellCommand, path: string): boolean =>
  takenAway(command).some((word) => {
    const removed = pathOf(command, word);
    return (
      removed === path || isWithin(removed, path) || (removed.endsWith('/*') && isWithin(fixedPart(removed), path))
    );
  });

/** Whether a path is gone when the command runs, whatever an earlier run of the step left. */
export const isGoneBefore = ({ before, scratch }: Situation, path: string): boolean =>
  before.some((command) => removes(command, path)) || scratch.some((folder) => isWithin(folder, path));

/** Whether the step removes a path again before it ends, and nothing puts it back. */
export const isGoneAfter = ({ after, laterCopies, puts }: Situation, path: string): boolean =>
  after.some((command) => removes(command, path)) && !laterCopies().some((copy) => puts(copy, path));
