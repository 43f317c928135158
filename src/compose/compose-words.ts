import type { LivepushErrorCode } from '../errors.js';

// What compose, the docker CLI and BuildKit say, wherever nothing but their text tells one failure from another. Tried with
// compose 2.26 and buildx 0.13, and with compose 2.40 and buildx 0.29, whose builds go through bake.

/** What is known of a failure from what was said. First that matches counts. */
export interface KnownFailure {
  readonly pattern: RegExp;
  readonly code: LivepushErrorCode;
  readonly hint: string;
  /** Instead of compose's own sentence. */
  readonly message?: (cwd: string) => string;
}

const startEngine = 'Start Docker, or check DOCKER_HOST and the docker context.';

export const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: /context "[^"]*": context not found|context not found: /i,
    code: 'usage',
    hint: '`docker context ls` shows the contexts there are.',
  },
  {
    pattern:
      /cannot connect to the docker daemon|failed to connect to the docker API|error during connect|docker daemon is not running/i,
    code: 'engine-unreachable',
    hint: startEngine,
  },
  {
    pattern: /permission denied while trying to connect/i,
    code: 'engine-unreachable',
    hint: 'Run it as a user who may use Docker, such as a member of the group docker.',
  },
  { pattern: /unable to resolve docker endpoint/i, code: 'engine-unreachable', hint: startEngine },
  {
    pattern: /no configuration file provided/i,
    code: 'compose-file',
    hint: "Run it in the project's folder, or name the compose file with -f.",
    message: (cwd) => `There is no compose file in ${cwd} or above it.`,
  },
  {
    pattern: /no such service: /i,
    code: 'usage',
    hint: 'Name services of the compose file; one that another depends on may need --profile.',
  },
  { pattern: /invalid project name/i, code: 'usage', hint: 'Choose another name with -p.' },
  { pattern: /couldn't find env file/i, code: 'usage', hint: 'Check the path given with --env-file.' },
  {
    pattern: /required variable/i,
    code: 'compose-file',
    hint: 'Set it in the environment, in .env, or in a file given with --env-file.',
  },
];

/** The docker CLI itself did not know the command: it has no compose plugin, or compose is older than the options used. */
export const NO_COMPOSE =
  /'compose' is not a docker command|unknown command: docker compose|unknown (?:shorthand )?flag/i;

/** How builders, and commands in them, say that they reached nobody. */
export const OFFLINE =
  /dial tcp|no such host|failed to do request|TLS handshake timeout|network is unreachable|bad address|could(?:n't| not) resolve|(?:temporary failure (?:in name resolution|resolving))|EAI_AGAIN|ENOTFOUND/i;

/** Lines of progress; from compose 2.40 on one that fails has the error as well, which is said again after it. */
const PROGRESS =
  /^ *(?:Container|Network|Volume|Image) \S+ +(?:[A-Z][a-z]+(?:ing|ed|y)?|Error\b.*|service "[^"]+" .*)$|^#\d+ /;

/** The lines of the Dockerfile around a step that failed, as BuildKit shows them: `Dockerfile:2`, and numbered lines between rules. */
const EXCERPT = /^-{8,}$|^ *\d+ \|(?: |$)|^\S+:\d+$/;

/** True for a line that says nothing of what went wrong. */
export const isBesides = (line: string): boolean => PROGRESS.test(line) || EXCERPT.test(line);

/** What only matters inside of compose, and what is said in its place; in this order. */
export const PLAINER: readonly (readonly [RegExp, string])[] = [
  [/^(?:validating|parsing) (\S+?): /, '$1: '],
  [/^failed to parse \S+: (?=yaml: )/, ''],
  [/^(?:target \S+: )?failed to solve: /, ''],
  [/: invalid compose project$/, ''],
  [/^yaml: unmarshal errors: */, ''],
  [/^yaml: line (\d+): /, 'line $1: '],
  [/^open (.+): no such file or directory$/, 'there is no file $1'],
  [
    /^(?:failed to compute cache key: )?failed to calculate checksum of ref \S+: ("[^"]+"): not found$/,
    '$1 was not found',
  ],
];
