import type { BaseConfig, Instruction, StepState } from './model.js';
import { resolvePath } from './paths.js';
import { type Lookup, valueIn } from './substitution.js';
import { expand } from './variables.js';
import { argPairs, envPairs, type Pair } from './words.js';

/** What ARG instructions of a stage draw on, and the file's escape character. */
export interface ScopeInput {
  readonly escapeChar: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly globalArgs: Readonly<Record<string, string>>;
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const DEFAULT_SHELL = ['/bin/sh', '-c'];

/** The state right after FROM an image; `scratch` and an image that nobody knows have no configuration. */
export function initialState(config: BaseConfig | undefined): StepState {
  return {
    workdir: resolvePath('/', config?.workdir ?? ''),
    env: { PATH: DEFAULT_PATH, ...config?.env },
    args: {},
    user: config?.user ?? '',
    shell: config !== undefined && config.shell.length > 0 ? config.shell : DEFAULT_SHELL,
  };
}

/** Reads a variable where Docker expands one: ENV and ARG together. */
export const lookupIn =
  ({ env, args }: StepState): Lookup =>
  (name) =>
    valueIn(env, name) ?? valueIn(args, name);

/** Expands a word in a state. Throws `SubstitutionError`. */
export const expandIn = (state: StepState, word: string, { escapeChar }: ScopeInput): string =>
  expand(word, lookupIn(state), escapeChar);

function without(record: Readonly<Record<string, string>>, name: string): Record<string, string> {
  const { [name]: _, ...rest } = record;
  return rest;
}

/** All pairs of one ENV see the variables in front of it. */
function applyEnv(state: StepState, { args }: Instruction, input: ScopeInput): StepState {
  const env: Record<string, string> = { ...state.env };
  for (const { name, value } of envPairs(args, input.escapeChar)) {
    if (value !== undefined && name !== '') env[expandIn(state, name, input)] = expandIn(state, value, input);
  }
  return { ...state, env };
}

function argValue(state: StepState, { name, value }: Pair, input: ScopeInput): string | undefined {
  const given = valueIn(input.buildArgs, name);
  if (given !== undefined) return given;
  return value === undefined ? valueIn(input.globalArgs, name) : expandIn(state, value, input);
}

/** The pairs of one ARG see each other. An ARG with a value hides an earlier ENV of its name from the steps after it. */
function applyArg(state: StepState, { args }: Instruction, input: ScopeInput): StepState {
  let result = state;
  for (const pair of argPairs(args, input.escapeChar)) {
    const value = argValue(result, pair, input);
    if (value === undefined) continue;
    result = { ...result, env: without(result.env, pair.name), args: { ...result.args, [pair.name]: value } };
  }
  return result;
}

/** The state after an instruction. Throws `SubstitutionError`. */
export function applyInstruction(state: StepState, instruction: Instruction, input: ScopeInput): StepState {
  const { keyword, args, json } = instruction;
  switch (keyword) {
    case 'ENV':
      return applyEnv(state, instruction, input);
    case 'ARG':
      return applyArg(state, instruction, input);
    case 'WORKDIR':
      return { ...state, workdir: resolvePath(state.workdir, expandIn(state, args, input)) };
    case 'USER':
      return { ...state, user: expandIn(state, args, input) };
    case 'SHELL':
      return json !== undefined && json.length > 0 ? { ...state, shell: json } : state;
    default:
      return state;
  }
}

const PROXY_NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];

/** The proxy arguments that every RUN sees, declared or not, in both spellings. */
export function proxyArgs(buildArgs: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(buildArgs).filter(([name]) => PROXY_NAMES.includes(name.toUpperCase()));
  const both = given.filter(([, value]) => value !== '');
  return Object.fromEntries(
    both.flatMap(([name, value]) => [
      [name.toUpperCase(), value],
      [name.toLowerCase(), value],
    ]),
  );
}
