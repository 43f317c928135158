import type { CliContext } from '../context.js';
import { findCandidates } from './find-candidates.js';
import { readLine } from './wanted-values.js';

/** What a shell asks. */
export interface ShellQuestion {
  /** The command line behind the program's name, up to the cursor; the last word is being typed. */
  readonly words: readonly string[];
  /** Whether candidates come with a description. */
  readonly described: boolean;
}

/**
 * Answers a shell in cobra's words, which the Docker CLI passes on as they are: a candidate a line, its description behind a
 * tab, and last a colon and the directive.
 */
export async function answerShell({ words, described }: ShellQuestion, context: CliContext): Promise<void> {
  const { candidates, directive } = await findCandidates(readLine(words), context);
  const lines = candidates.map(({ value, description }) =>
    described && description !== '' ? `${value}\t${description}` : value,
  );
  context.stdout.write([...lines, `:${directive}`, ''].join('\n'));
}
