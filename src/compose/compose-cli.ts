import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { execCompose, type IDockerComposeOptions, type IDockerComposeResult } from 'docker-compose';
import { type LivepushError, messageOf } from '../errors.js';
import { bindChild, catchChild, endOf } from './caught-child.js';
import { buildFlags, downFlags, globalArgs, timeoutFlag, upFlags } from './compose-arguments.js';
import { composeFailure } from './compose-failure.js';
import { findComposeFiles } from './compose-files.js';
import { findComposeProgram } from './compose-program.js';
import type { ComposeCli, ComposeCliOptions, ComposeContainer, ComposeRequest } from './compose-requests.js';
import { checkComposeVersion, composeMissing } from './compose-version.js';
import { plainLine, splitLines } from './output-lines.js';
import { readYaml, writeYaml } from './read-yaml.js';
import { temporaryFolder } from './temporary-folder.js';
import { mapOf, textsOf } from './yaml-value.js';

interface Run extends ComposeRequest {
  readonly command: string;
  readonly args: readonly string[];
  /** Instead of the project's own files. */
  readonly files?: readonly string[];
  readonly stdinText?: string | undefined;
}

interface Outcome {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: readonly string[];
}

/** Gives access to `docker compose` for one project. Nothing runs until a method is called. */
export function composeCli(options: ComposeCliOptions): ComposeCli {
  let found: Promise<readonly string[]> | undefined;
  const interpolate: ComposeCli['interpolate'] = async (texts, folder, envFiles) => {
    const own = envFiles === undefined ? options.envFiles : envFiles.filter((file) => existsSync(file));
    return interpolateTexts({ ...options, envFiles: own, projectDirectory: folder, projectName: undefined }, texts);
  };
  const files = (): Promise<readonly string[]> => {
    found ??= findComposeFiles({ ...options, interpolate });
    return found;
  };
  const run = async (request: Run): Promise<Outcome> => {
    const { overrides = [] } = request;
    // With files of its own on the command line, compose looks for no others.
    const inUse = overrides.length > 0 ? [...(await files()), ...overrides] : options.files;
    const outcome = await runCompose(options, { files: inUse, stdinText: options.stdinText, ...request });
    if (outcome.exitCode === 0) return outcome;
    throw failureOf(options, { command: request.command, files: await files().catch(() => inUse), outcome });
  };
  const act = async (command: string, args: readonly string[], request: ComposeRequest): Promise<void> => {
    await run({ ...request, command, args: [...args, ...(request.services ?? [])] });
  };
  return {
    options,
    files,
    interpolate,
    version: async () => {
      const { stdout } = await run({ command: 'version', args: ['--short'] });
      checkComposeVersion(stdout);
      return stdout.trim();
    },
    config: async ({ services = [], signal, onWarning } = {}) => {
      const { stdout, stderr } = await run({ command: 'config', args: services, signal });
      for (const { level, text } of stderr.map(plainLine)) if (level === 'warning') onWarning?.(text);
      return stdout;
    },
    canRead: async (file, signal) => {
      if (findComposeProgram(options.env).isPlugin) return true;
      const plain = { cwd: options.cwd, files: [file], profiles: [], envFiles: [] };
      const env = { ...options.env, COMPOSE_ENV_FILES: '', COMPOSE_PROFILES: '' };
      const { dockerGlobalArgs } = options;
      const run = { command: 'config', args: ['--quiet'], files: [file], signal };
      const { exitCode, stderr } = await runCompose({ ...plain, dockerGlobalArgs, env }, run);
      // any other fault is told, with its own words, by the command that matters
      return exitCode === 0 || !stderr.some((line) => line.includes(file) || line.includes(dirname(file)));
    },
    build: (request) => act('build', buildFlags(request), request),
    up: (request) => act('up', ['--detach', ...upFlags(request)], request),
    stop: (request) => act('stop', timeoutFlag(request), request),
    down: (request) => act('down', [...timeoutFlag(request), ...downFlags(request)], request),
    ps: async () => readContainers((await run({ command: 'ps', args: ['--all', '--format', 'json'] })).stdout),
  };
}

/** One object a line, or (before compose 2.21) one list. */
function readContainers(stdout: string): ComposeContainer[] {
  const rows = stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => [readYaml(line)].flat());
  return rows.map(mapOf).map((row) => ({
    id: `${row.ID}`,
    name: `${row.Name}`,
    service: `${row.Service}`,
    state: `${row.State}`,
    health: `${row.Health ?? ''}`,
  }));
}

/** Compose has no command for it; a project that holds nothing but the texts does it. */
async function interpolateTexts(options: ComposeCliOptions, texts: readonly string[]): Promise<string[]> {
  const stdinText = writeYaml({ name: 'probe', services: {}, 'x-texts': texts });
  const outcome = await runCompose(options, { command: 'config', args: [], files: ['-'], stdinText });
  if (outcome.exitCode !== 0) throw failureOf(options, { command: 'config', files: [], outcome });
  return textsOf(mapOf(readYaml(outcome.stdout))['x-texts']).map((text) => text.replaceAll('$$', '$'));
}

/** Last lines of a command's output that are kept. */
const MOST_LINES = 5_000;

async function runCompose(options: ComposeCliOptions, run: Run): Promise<Outcome> {
  const given = [options.signal, run.signal].filter((signal) => signal !== undefined);
  const signal = AbortSignal.any(given);
  signal.throwIfAborted();
  const stdout: string[] = [];
  const stderr: string[] = [];
  const collect = (lines: string[]) =>
    splitLines((line) => {
      lines.push(line);
      // what was told line by line is kept only for the sentence that says why it failed
      if (run.onLine && lines.length >= 2 * MOST_LINES) lines.splice(0, MOST_LINES);
      run.onLine?.(plainLine(line).text);
    });
  const splitters = { stdout: collect(stdout), stderr: collect(stderr) };
  const exitCode = await exitOf({
    options,
    run,
    signal,
    onData: (chunk, stream = 'stdout') => splitters[stream].write(chunk),
  });
  splitters.stdout.end();
  splitters.stderr.end();
  signal.throwIfAborted();
  return { exitCode, stdout: stdout.join('\n'), stderr };
}

function failureOf(
  { cwd }: ComposeCliOptions,
  { command, files, outcome }: { command: string; files: readonly string[]; outcome: Outcome },
): LivepushError {
  const { exitCode, stdout, stderr } = outcome;
  return composeFailure({ command, exitCode, errorLines: stderr, outputLines: stdout.split('\n'), cwd, files });
}

interface Start {
  readonly options: ComposeCliOptions;
  readonly run: Run;
  readonly signal: AbortSignal;
  readonly onData: NonNullable<IDockerComposeOptions['callback']>;
}

async function exitOf({ options, run, signal, onData }: Start): Promise<number | null> {
  const { env, dockerGlobalArgs } = options;
  const program = findComposeProgram(env);
  const { child, result } = catchChild(() =>
    execCompose(run.command, run.args, {
      cwd: options.cwd,
      env: { DOCKER_CLI_HINTS: 'false', ...env, ...temporaryFolder(env, run.overrides ?? []), ...program.env },
      executable: { executablePath: program.path, options: [...dockerGlobalArgs] },
      composeOptions: globalArgs(options),
      config: [...(run.files ?? [])],
      // Lines are kept here: the library joins chunks without regard to characters that are cut in two.
      maxOutputLength: 0,
      callback: onData,
    }),
  );
  const letGo = child === undefined ? () => {} : bindChild(child, signal);
  child?.stdin?.on('error', () => {});
  child?.stdin?.end(run.stdinText ?? '');
  const closed = child && endOf(child);
  // one that was interrupted may leave its plugin behind
  const exited = exitCodeOf(result).then((code) => (signal.aborted && closed ? closed : code));
  try {
    return await Promise.race([exited, ...(closed ? [closed] : [])]);
  } catch (cause) {
    throw composeMissing(`The docker command cannot be run: ${messageOf(cause)}.`, cause);
  } finally {
    letGo();
  }
}

/** Settles half a second after the end; a command that failed rejects with its result, one that cannot start with an error. */
const exitCodeOf = (result: Promise<IDockerComposeResult>): Promise<number | null> =>
  result.then(
    ({ exitCode }) => exitCode,
    (thrown: unknown) => {
      const { exitCode } = mapOf(thrown);
      if (typeof exitCode === 'number' || exitCode === null) return exitCode;
      throw thrown;
    },
  );
