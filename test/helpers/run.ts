import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a command to its end and gives what it printed. Throws, with what it printed to standard error, when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, [...args], options);
  return stdout;
}
