import { LivepushError } from '../errors.js';
import { composeMissing } from './compose-version.js';
import { isBesides, KNOWN_FAILURES, NO_COMPOSE, OFFLINE, PLAINER } from './compose-words.js';
import { plainLine } from './output-lines.js';

/** A compose command that did not end well. */
export interface FailedRun {
  /** `config`, `build`, … */
  readonly command: string;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** Its standard error, line by line. */
  readonly errorLines: readonly string[];
  readonly outputLines: readonly string[];
  /** Where it ran: paths below it are shown relative to it. */
  readonly cwd: string;
  /** The compose files in use, as far as they are known. */
  readonly files: readonly string[];
}

/** Exit codes of compose: a file that is not there, one that cannot be read, a build that failed. */
const fileCodes: readonly (number | null)[] = [14, 15];
const buildCode = 17;

/** The error for the user of a compose command that failed, in compose's own words where it has a sentence. */
export function composeFailure(run: FailedRun): LivepushError {
  const lines = meantLines(run.errorLines);
  const text = lines.join('\n');
  if (NO_COMPOSE.test(text) && !text.includes('failed to solve'))
    return composeMissing('This docker command has no usable compose.', new Error(text));
  const sentence = withEnd(cleanSentence(lines, run.cwd) || endingOf(run));
  const match = KNOWN_FAILURES.find(({ pattern }) => pattern.test(text));
  if (match !== undefined) {
    const options = { hint: match.hint, cause: new Error(text) };
    const own = match.code === 'compose-file' ? unreadable(run, sentence) : sentence;
    return new LivepushError(match.code, match.message?.(run.cwd) ?? own, options);
  }
  if (run.command === 'config' || fileCodes.includes(run.exitCode)) {
    const hint = `Correct the compose file; \`docker compose config\` shows how compose reads it.${newer(text)}`;
    return new LivepushError('compose-file', unreadable(run, sentence), { hint, cause: new Error(text) });
  }
  return projectFailure(run, { sentence, text });
}

/** What compose says of a key that it does not know: it may be one of later versions. */
function newer(text: string): string {
  const [, place = '', key] =
    /(\S+ |^)additional propert(?:y|ies) '?([\w.-]+)'? (?:is|are)?\s*not allowed/im.exec(text) ?? [];
  if (key === undefined) return '';
  // files of version 1 have their services at the top, where others have `services`
  const isAtTop = place === '' || place === '(root) ' || place.endsWith(': ');
  const old = isAtTop
    ? ` If ${key} is a service, the file is of an old version: put its services below \`services:\`.`
    : '';
  return `${old} If ${key} is right${isAtTop ? ' where it is' : ''}, it is of a newer compose than the one here: update that.`;
}

/** Compose does not always say which file it means: with one file it can only be that. */
function unreadable({ cwd, files }: FailedRun, sentence: string): string {
  const [only, ...others] = files.map((file) => file.replace(`${cwd}/`, ''));
  if (only === undefined || others.length > 0) return `Compose cannot read the project: ${sentence}`;
  return `Compose cannot read ${only}: ${sentence.startsWith(`${only}: `) ? sentence.slice(only.length + 2) : sentence}`;
}

function projectFailure(
  { command, exitCode, outputLines }: FailedRun,
  said: { sentence: string; text: string },
): LivepushError {
  const cause = new Error(said.text);
  if (command === 'build' || exitCode === buildCode) {
    const isOffline = [said.text, ...outputLines.slice(-FAILED_LINES)].some((line) => OFFLINE.test(line));
    const hint = isOffline ? networkHint : 'The output of the build says more.';
    return new LivepushError('build-failed', `The build failed${failedStep(outputLines)}: ${said.sentence}`, {
      hint,
      cause,
    });
  }
  if (command === 'up') {
    const hint = 'Correct what it names, then start again.';
    return new LivepushError('up-failed', `The project did not start: ${said.sentence}`, { hint, cause });
  }
  return new LivepushError('engine-error', `docker compose ${command} failed: ${said.sentence}`, { cause });
}

/** Lines at the end of a build's output that repeat what a failed step has said. */
const FAILED_LINES = 20;

const networkHint =
  'The network was not reached: check the connection and the proxy; an image that is on this machine needs none.';

/** The name that a build for pushes has in the output. */
const ofHelper = /^\[(\S+)-livepush-(?:stage|base|lower|shared)(?:-\d+)? /;

/** BuildKit repeats a failed step as ` > [web 2/3] RUN make:`. A build for pushes is known to the user by its service. */
function failedStep(outputLines: readonly string[]): string {
  const line = outputLines.findLast((output) => /^ > \[.*\].*:$/.test(output));
  return line === undefined ? '' : ` at ${line.slice(3, -1).replace(ofHelper, '[$1 ')}`;
}

/** Standard error without warnings and without lines that tell of progress. */
function meantLines(errorLines: readonly string[]): string[] {
  return errorLines
    .map(plainLine)
    .filter(({ level }) => level === undefined || level === 'error' || level === 'fatal')
    .map(({ text }) => text.trimEnd())
    .filter((text) => text.trim() !== '' && !isBesides(text));
}

/** Compose's last words (at most five lines) as one sentence, without what only matters inside of compose. */
function cleanSentence(lines: readonly string[], cwd: string): string {
  const said = lines
    .slice(-5)
    .map((line) => line.trim())
    .join(' ');
  return PLAINER.reduce((text, [pattern, plainer]) => text.replace(pattern, plainer), said).replaceAll(`${cwd}/`, '');
}

const withEnd = (sentence: string): string => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

const endingOf = ({ exitCode }: FailedRun): string =>
  exitCode === null ? 'it was ended by a signal' : `it ended with code ${exitCode}`;
