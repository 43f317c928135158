import { PassThrough } from 'node:stream';
import test from 'ava';
import type { CliContext } from '../../src/cli/context.js';
import { Interruption } from '../../src/cli/interrupt.js';
import { parsePluginArgv } from '../../src/cli/plugin.js';
import { runCli } from '../../src/cli/run-cli.js';
import { LivepushError } from '../../src/errors.js';
import type { RunContext, RunOptions, runProject } from '../../src/run-project.js';
import { TextSink } from '../ui/text-stream.js';

/** Runs a command line as `docker-livepush` gets it, with a session that does what `session` says. */
async function cli(
  line: string,
  session: typeof runProject = async () => undefined,
  interrupt = new AbortController(),
) {
  const calls: { options: RunOptions; context: RunContext }[] = [];
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const { args, ...invocation } = parsePluginArgv(line.split(' ').filter(Boolean));
  const context: CliContext = {
    env: { HOME: '/home/me' },
    stdin: new PassThrough().end('services: {}'),
    stdout,
    stderr,
    colorDepth: 1,
    cwd: '/project',
    tmpdir: '/tmp',
    homedir: '/home/me',
    now: () => new Date(2026, 0, 2, 14, 2, 7),
    ...invocation,
    terminal: { isInForeground: () => true, signalGroup: () => {}, onExit: () => () => {}, onContinue: () => () => {} },
    interruptible: (run) => run(interrupt.signal),
    loadRunProject: async () => async (options, runContext) => {
      calls.push({ options, context: runContext });
      await session(options, runContext);
    },
  };
  const exitCode = await runCli(args, context);
  return { exitCode, stdout: stdout.text, stderr: stderr.text, ...calls[0] };
}

const defaults: RunOptions = {
  cwd: '/project',
  files: [],
  profiles: [],
  envFiles: [],
  services: [],
  live: [],
  build: true,
  buildCache: true,
  restart: true,
  logs: true,
  keep: false,
  dryRun: false,
  debounceMs: 15,
  poll: false,
};

test('up alone leaves everything to compose', async (t) => {
  const { exitCode, options, stdout, stderr } = await cli('up');
  t.deepEqual(options, defaults);
  t.deepEqual([exitCode, stdout, stderr], [0, '', '']);
});

test('the options of up reach the session', async (t) => {
  const { options } = await cli(
    'up -f a.yml --file=- -p shop --project-directory /p --profile x --profile y --env-file e -s web -s api ' +
      '--no-build --no-build-cache --no-restart --no-logs --keep --dry-run --poll --debounce 200 web database',
  );
  t.deepEqual(options, {
    ...defaults,
    files: ['a.yml', '-'],
    stdinText: 'services: {}',
    projectName: 'shop',
    projectDirectory: '/p',
    profiles: ['x', 'y'],
    envFiles: ['e'],
    services: ['web', 'database'],
    live: ['web', 'api'],
    build: false,
    buildCache: false,
    restart: false,
    logs: false,
    keep: true,
    dryRun: true,
    debounceMs: 200,
    poll: true,
  });
});

test('options may stand before the command, as with compose', async (t) => {
  const { options } = await cli('-f a.yml -p shop up web');
  t.deepEqual(options, { ...defaults, files: ['a.yml'], projectName: 'shop', services: ['web'] });
});

test('what looks like an option behind -- is a service', async (t) => {
  t.deepEqual((await cli('up -- --help')).options?.services, ['--help']);
});

test('the engine that was named to the Docker CLI is used, unless up names another', async (t) => {
  t.is((await cli('--context far livepush up')).options?.dockerContext, 'far');
  t.is((await cli('-H tcp://far:1 livepush up')).options?.dockerHost, 'tcp://far:1');
  const { options } = await cli('--context far livepush up -H tcp://near:1');
  t.is(options?.dockerHost, 'tcp://near:1');
  t.is(options?.dockerContext, undefined);
});

test('the folder of the Docker configuration goes on as a variable', async (t) => {
  t.deepEqual((await cli('--config /c livepush up')).context?.env, { HOME: '/home/me', DOCKER_CONFIG: '/c' });
});

test('events are shown as --progress says', async (t) => {
  const session: typeof runProject = async (_options, { sink }) => sink({ type: 'stopped', reason: 'test' });
  t.is((await cli('up', session)).stdout, '14:02:07 stopped: test\n');
  t.deepEqual(JSON.parse((await cli('up --progress json', session)).stdout), {
    time: new Date(2026, 0, 2, 14, 2, 7).toISOString(),
    type: 'stopped',
    reason: 'test',
  });
  t.is((await cli('--progress quiet up', session)).stdout, '');
});

test('a session that was interrupted exits with 130', async (t) => {
  const interrupt = new AbortController();
  const { exitCode, stderr } = await cli('up', async () => interrupt.abort(new Interruption('x')), interrupt);
  t.deepEqual([exitCode, stderr], [130, '']);
});

test('a command without its argument says which one is missing', async (t) => {
  for (const [line, usage] of [
    ['explain', 'explain PATH...'],
    ['completion', 'completion bash|zsh|fish'],
  ] as const) {
    const { exitCode, stderr } = await cli(line);
    const hint = `See docker-livepush ${line} --help`;
    t.deepEqual([exitCode, stderr], [2, `error: An argument is missing: ${usage}\nhint: ${hint}\n`]);
  }
});

test('a command that is misspelt is told with the one that was meant, whatever its options are', async (t) => {
  for (const [line, word, near] of [
    ['pus a9', 'pus', 'push'],
    ['uo --keep', 'uo', 'up'],
    ['-f x exlpian', 'exlpian', 'explain'],
  ] as const) {
    const { exitCode, stderr } = await cli(line);
    t.deepEqual([exitCode, stderr], [2, `error: There is no command ${word}.\nhint: Did you mean ${near}?\n`]);
  }
});

test('an interruption that comes out as an error is none', async (t) => {
  const interruption = new Interruption('interrupted by SIGINT');
  for (const thrown of [interruption, new Error('The operation was aborted', { cause: interruption })]) {
    const { exitCode, stderr } = await cli('up', () => Promise.reject(thrown));
    t.deepEqual([exitCode, stderr], [130, '']);
  }
});

test('an error of the session is told on stderr, and as JSON before the last event', async (t) => {
  const session: typeof runProject = (_options, { sink }) => {
    void sink({ type: 'stopped', reason: 'failed' });
    return Promise.reject(new LivepushError('compose-missing', 'No compose.', { hint: 'Install it.' }));
  };
  const { exitCode, stderr: quiet } = await cli('up --progress quiet', session);
  t.deepEqual([exitCode, quiet], [3, 'error: No compose.\nhint: Install it.\n']);
  const { stdout, stderr } = await cli('up --progress json', session);
  const events = stdout.trimEnd().split('\n');
  const [told, last] = events.map((line) => ({ ...JSON.parse(line), time: '' }));
  const error = { severity: 'error', code: 'compose-missing', message: 'No compose.', hint: 'Install it.' };
  t.deepEqual(told, { time: '', type: 'diagnostic', ...error });
  t.deepEqual(last, { time: '', type: 'stopped', reason: 'failed' });
  t.is(events.length, 2);
  t.is(stderr, 'error: No compose.\nhint: Install it.\n');
});

test('--verbose and the --debug of the Docker CLI show the stack', async (t) => {
  const session = () => Promise.reject(new LivepushError('up-failed', 'Failed.'));
  t.notRegex((await cli('up', session)).stderr, /\n {4}at /);
  t.regex((await cli('up --verbose', session)).stderr, /\n {4}at /);
  t.regex((await cli('-D livepush up', session)).stderr, /\n {4}at /);
});

const wrong: [line: string, message: string, help: string][] = [
  ['nope', 'There is no command nope.', 'docker-livepush --help'],
  ['-f x nope', 'There is no command nope.', 'docker-livepush --help'],
  ['-f x', 'No command was given.', 'docker-livepush --help'],
  ['--nope', 'There is no option --nope.', 'docker-livepush --help'],
  ['up --nope', 'There is no option --nope.', 'docker-livepush up --help'],
  ['up web -x', 'There is no option -x.', 'docker-livepush up --help'],
  ['livepush up --nope', 'There is no option --nope.', 'docker livepush up --help'],
  ['up --keep=yes', 'There is no such option, or it takes no value: --keep=yes', 'docker-livepush up --help'],
  ['up -f', 'The option -f needs a value.', 'docker-livepush up --help'],
  ['up --project-name --keep', 'The option --project-name needs a value.', 'docker-livepush up --help'],
  ['up --debounce soon', '--debounce needs a whole number of milliseconds, not soon.', 'docker-livepush up --help'],
];

for (const [line, message, help] of wrong) {
  test(`wrong usage is explained on stderr and exits with 2: ${line}`, async (t) => {
    const { exitCode, stdout, stderr, options } = await cli(line);
    t.deepEqual([exitCode, stdout, stderr], [2, '', `error: ${message}\nhint: See ${help}\n`]);
    t.is(options, undefined);
  });
}

test('a --format that a command does not have is refused', async (t) => {
  for (const [line, formats] of [
    ['explain --format xml a', 'text, json'],
    ['ps --format xml', 'table, json'],
    ['check --format xml', 'pretty, json, github, sarif'],
  ] as const) {
    const { exitCode, stderr } = await cli(line);
    t.deepEqual([exitCode, stderr], [2, `error: There is no --format xml.\nhint: Use one of ${formats}.\n`]);
  }
});

test('a wrong --progress and two engines at once are refused', async (t) => {
  const { exitCode, stderr } = await cli('up --progress fancy');
  t.deepEqual(
    [exitCode, stderr],
    [2, 'error: There is no --progress fancy.\nhint: Use one of auto, tty, plain, json, quiet.\n'],
  );
  t.is((await cli('up -H x --context y')).exitCode, 2);
});

test('help goes to stdout wherever it is asked for', async (t) => {
  const [program, up] = [await cli('--help'), await cli('up --help')];
  t.deepEqual([program.exitCode, up.exitCode, up.stderr], [0, 0, '']);
  t.regex(program.stdout, /^Usage: {2}docker-livepush \[OPTIONS\] COMMAND\n\n.*\nCommands:\n {2}up /s);
  t.regex(up.stdout, /^Usage: {2}docker-livepush up \[OPTIONS\] \[SERVICE\.\.\.\]\n\n.*\nGlobal options:\n/s);
  t.is((await cli('')).stdout, program.stdout);
  t.is((await cli('up web -h')).stdout, up.stdout);
  t.regex((await cli('help livepush up')).stdout, /^Usage: {2}docker livepush up /);
});

test('help has every option once, and lines of at most 80 columns', async (t) => {
  const { stdout } = await cli('up --help');
  for (const option of ['-f, --file path', '-s, --service name', '--debounce ms', '--no-build', '-H, --host address']) {
    t.is(stdout.split(`  ${option} `).length, 2, option);
  }
  t.true(stdout.split('\n').every((line) => line.length <= 80));
});
