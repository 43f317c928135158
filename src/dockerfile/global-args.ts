import type { Instruction, ParsedDockerfile } from './model.js';
import { SubstitutionError } from './shell-pattern.js';
import { valueIn } from './substitution.js';
import { expand } from './variables.js';
import { argPairs } from './words.js';

/** What a build is given from outside of the Dockerfile. */
export interface BuildInput {
  readonly buildArgs: Readonly<Record<string, string>>;
  /** `os/arch[/variant]` that is built for; `linux/amd64` when left out. */
  readonly platform?: string | undefined;
}

/** The platform arguments, which every build has. They reach a stage only through an ARG of its own. */
function platformArgs({ platform = 'linux/amd64' }: BuildInput): Record<string, string> {
  const [os = '', arch = '', variant = ''] = platform.split('/');
  const named = (prefix: string) => ({
    [`${prefix}PLATFORM`]: platform,
    [`${prefix}OS`]: os,
    [`${prefix}ARCH`]: arch,
    [`${prefix}VARIANT`]: variant,
  });
  return { ...named('BUILD'), ...named('TARGET') };
}

/** A fault in one of the global ARG instructions. */
export interface GlobalArgFault {
  readonly instruction: Instruction;
  readonly message: string;
}

/** The arguments in front of the first FROM: platform, defaults expanded in order, and what the build was given. */
export function readGlobalArgs(
  { globalArgs, escape: escapeChar }: Pick<ParsedDockerfile, 'globalArgs' | 'escape'>,
  input: BuildInput,
): { args: Record<string, string>; faults: GlobalArgFault[] } {
  const args = platformArgs(input);
  for (const name of Object.keys(args)) args[name] = input.buildArgs[name] ?? args[name] ?? '';
  const faults: GlobalArgFault[] = [];
  for (const instruction of globalArgs) {
    for (const pair of argPairs(instruction.args, escapeChar)) {
      try {
        const given = valueIn(input.buildArgs, pair.name);
        const value = given ?? (pair.value && expand(pair.value, (name) => valueIn(args, name), escapeChar));
        if (value !== undefined) args[pair.name] = value;
      } catch (error) {
        if (!(error instanceof SubstitutionError)) throw error;
        faults.push({ instruction, message: error.message });
      }
    }
  }
  return { args, faults };
}

/** The name after FROM with global arguments in place; as written when it cannot be expanded. */
export function expandBase(base: string, args: Readonly<Record<string, string>>, escapeChar: string): string {
  try {
    return expand(base, (name) => valueIn(args, name), escapeChar);
  } catch (error) {
    if (error instanceof SubstitutionError) return base;
    throw error;
  }
}
