import { parseArgs } from 'node:util';
import type { PackageInfo } from './package-info.js';

/** Name of the command in the Docker CLI. */
export const pluginName = 'livepush';

const directProgram = 'docker-livepush';

/** What the Docker CLI calls a plugin with to learn about it. */
export const metadataSubcommand = 'docker-cli-plugin-metadata';

/**
 * Whether a shell asks what could be typed, as it asks programs made with cobra (`__complete WORDS…`): the Docker CLI passes
 * the question on so, with our name in front of the words.
 */
export function completionOf([first]: readonly string[]): { readonly described: boolean } | undefined {
  if (first === '__complete') return { described: true };
  return first === '__completeNoDesc' ? { described: false } : undefined;
}

/** The answer to the Docker CLI's question who we are, as its plugin protocol 0.1.0 has it. */
export function pluginMetadata({ version, homepage }: PackageInfo): string {
  return JSON.stringify({
    SchemaVersion: '0.1.0',
    Vendor: 'docker-livepush',
    Version: version,
    ShortDescription: 'Push edits into running Compose containers',
    URL: homepage,
  });
}

// The options of the Docker CLI itself, which it passes on in front of the plugin's name, as typed.
const dockerOptions = {
  config: { type: 'string' },
  context: { type: 'string', short: 'c' },
  debug: { type: 'boolean', short: 'D' },
  host: { type: 'string', short: 'H' },
  'log-level': { type: 'string', short: 'l' },
  tls: { type: 'boolean' },
  tlscacert: { type: 'string' },
  tlscert: { type: 'string' },
  tlskey: { type: 'string' },
  tlsverify: { type: 'boolean' },
} as const;

type DockerOption = keyof typeof dockerOptions;

/** Options given to the Docker CLI itself: the text of one that has a value, or `true` for a switch. */
export type DockerFlags = { readonly [Option in DockerOption]?: string | true };

/** How the program was called. */
export interface Invocation {
  /** What a user types to call it, for help and hints: `docker livepush` or `docker-livepush`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly docker: DockerFlags;
}

/**
 * Splits the arguments as the Docker CLI passes them: `[its own options] livepush ARGS…`, or `help livepush ARGS…`.
 * Whatever does not look like that was typed by someone who called the program directly, and is left as it is.
 */
export function parsePluginArgv(argv: readonly string[]): Invocation {
  const direct = { program: directProgram, args: argv, docker: {} };
  const { tokens } = parseArgs({ args: [...argv], options: dockerOptions, strict: false, tokens: true });
  const docker: { [Option in DockerOption]?: string | true } = {};
  for (const token of tokens) {
    if (token.kind === 'positional') return fromDocker(argv.slice(token.index), docker) ?? direct;
    if (token.kind !== 'option' || !isDockerOption(token.name)) return direct;
    const value = goValue(token);
    if (value === undefined) delete docker[token.name];
    else docker[token.name] = value;
  }
  return direct;
}

/** The socket by which the Docker CLI stops us. A program that was called directly may have inherited another's. */
export const pluginSocketOf = ({ program }: Pick<Invocation, 'program'>, env: NodeJS.ProcessEnv): string | undefined =>
  program === directProgram ? undefined : env.DOCKER_CLI_PLUGIN_SOCKET;

const isDockerOption = (name: string): name is DockerOption => name in dockerOptions;

function fromDocker([first, ...rest]: readonly string[], docker: DockerFlags): Invocation | undefined {
  const program = `docker ${pluginName}`;
  if (first === pluginName) return { program, args: rest, docker };
  if (first === 'help' && rest[0] === pluginName) return { program, args: [...rest.slice(1), '--help'], docker };
  return undefined;
}

/** The value of one option as Go's flag package reads it; `undefined` for a switch that is turned off. */
function goValue({ name, rawName, value }: { name: string; rawName: string; value?: string | undefined }) {
  if (name === 'debug' || name === 'tls' || name === 'tlsverify') {
    return value === undefined || ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value) ? true : undefined;
  }
  return rawName.startsWith('--') ? value : value?.replace(/^=/, '');
}
