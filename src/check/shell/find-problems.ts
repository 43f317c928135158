import { accountJudges } from './judge-accounts.js';
import { archiveJudges } from './judge-archives.js';
import { appends, fileJudges } from './judge-files.js';
import { packageJudges } from './judge-packages.js';
import { sourceJudges } from './judge-sources.js';
import type { ShellCommand } from './shell-command.js';
import type { Judge, Problem, Situation } from './situation.js';

/** A command that does not do the same a second time. */
export interface ProblemCommand extends Problem {
  readonly command: ShellCommand;
}

const judges = new Map<string, Judge>(
  Object.entries({ ...fileJudges, ...accountJudges, ...sourceJudges, ...archiveJudges, ...packageJudges }),
);

/** What a script is judged in, besides its own commands. */
export type Surroundings = Omit<Situation, 'command' | 'before' | 'after'>;

/** The commands of a script that will not run twice with the same result, in order. */
export function findProblems(commands: readonly ShellCommand[], around: Surroundings): ProblemCommand[] {
  return commands.flatMap((command, index) => {
    const judge = command.tolerated ? undefined : judges.get(command.program);
    const mayAppend = command.program === 'tee' || command.outputs.some(({ append }) => append);
    if (command.guarded || (judge === undefined && !mayAppend)) return [];
    const [before, after] = [commands.slice(0, index), commands.slice(index + 1)];
    const situation: Situation = { ...around, command, before, after };
    const problem = judge?.(situation) ?? appends(situation);
    return problem === undefined ? [] : [{ command, ...problem }];
  });
}
