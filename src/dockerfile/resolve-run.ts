import { parseHeredocWord } from './heredocs.js';
import type { Heredoc, Instruction, Mount, RunStep, UnreplayableStep } from './model.js';
import { resolveMount } from './resolve-mount.js';
import { type Fields, readFlags, type StepContext } from './step-context.js';

/** What a RUN comes to. */
export type RunFields = Fields<RunStep> | Fields<UnreplayableStep>;

/**
 * A build mounts a heredoc that starts with `#!` as an executable file below /dev/pipes. Here the shell writes it:
 * there when it may, else to a temporary folder. `$0` is the file's name, `$1` its content.
 */
const RUN_AS_FILE = [
  'd=/dev/pipes',
  '{ mkdir -p "$d" && [ -w "$d" ]; } 2>/dev/null || d=$(mktemp -d) || exit',
  'printf %s "$1" >"$d/$0" && chmod 755 "$d/$0" || exit',
  '"$d/$0"',
  's=$?',
  'rm -rf "$d"',
  'exit "$s"',
].join('\n');

/** What a build hands to the shell for a RUN with heredocs. */
function heredocArgv(args: string, heredocs: readonly Heredoc[], shell: readonly string[]): string[] {
  const [first] = heredocs;
  if (first !== undefined && parseHeredocWord(args) !== undefined) {
    const isProgram = first.content.startsWith('#!');
    return isProgram ? [...shell, RUN_AS_FILE, first.name, first.content] : [...shell, first.content];
  }
  const bodies = heredocs.map(({ name, content }) => `\n${content}${name}`);
  return [...shell, args + bodies.join('')];
}

const unreplayable = (reason: string): Fields<UnreplayableStep> => ({ kind: 'unreplayable', reason, sources: [] });

/** Only what says the same as no flag at all can be replayed. */
const HARMLESS: Readonly<Record<string, string>> = { network: 'default', security: 'sandbox' };

/** Reads a RUN. Throws `SubstitutionError`. */
export function resolveRun(instruction: Instruction, context: StepContext): RunFields {
  const { args, json, heredocs } = instruction;
  const flags = readFlags(instruction, ['mount', 'network', 'security']);
  if (flags.kind === 'unknown') return unreplayable(`RUN --${flags.name} is not known`);
  for (const [name, harmless] of Object.entries(HARMLESS)) {
    const value = flags.all(name).at(-1)?.value;
    if (name === 'network' && value !== undefined && !['default', 'none', 'host'].includes(value)) {
      context.fail('bad-argument', `RUN --network takes default, none or host, not ${value}.`);
    }
    if (value !== undefined && value !== harmless) return unreplayable(`RUN --${name}=${value} needs a build`);
  }
  const mounts: Mount[] = [];
  for (const { value = '' } of flags.all('mount')) {
    const reading = resolveMount(value, context);
    if (reading.kind === 'fault') {
      const message = `RUN --mount=${value}: ${reading.message}`;
      if (!reading.isReported && value !== '') context.fail('bad-mount', `${message}.`);
      return unreplayable(message);
    }
    mounts.push(reading.mount);
  }
  const { shell } = context.state;
  const argv = json ?? (heredocs.length > 0 ? heredocArgv(args, heredocs, shell) : [...shell, args]);
  return { kind: 'run', argv, mounts };
}
