import type { Hook, ServiceHooks } from '../../compose/service-hooks.js';
import type { Container } from '../../docker/engine.js';
import { messageOf } from '../../errors.js';
import type { EventSink } from '../../events.js';

/** Whose hooks are run. */
export interface HookContext {
  readonly service: string;
  /** None when left out. */
  readonly hooks?: ServiceHooks | undefined;
  readonly sink: EventSink;
}

const names = { postStart: 'post_start', preStop: 'pre_stop' } as const;

/**
 * Runs what a service wants done after a start or before a stop of a container, one command after the other, as compose
 * does. One that fails is told, and those after it are passed over: the restart goes on, with the code that was pushed.
 */
export async function runHooks(
  { service, hooks, sink }: HookContext,
  moment: keyof ServiceHooks,
  container: Container,
): Promise<void> {
  for (const hook of hooks?.[moment] ?? []) {
    const fault = await runHook(container, hook).catch(messageOf);
    if (fault === undefined) continue;
    const message = `The ${names[moment]} hook \`${hook.argv.join(' ')}\` failed: ${fault}`;
    void sink({ type: 'diagnostic', service, severity: 'warning', code: 'hook-failed', message });
    return;
  }
}

/** Gives what went wrong. */
async function runHook(container: Container, { argv, user, workdir, env, privileged }: Hook) {
  const own = { ...(user !== undefined && { user }), ...(workdir !== undefined && { workdir }) };
  const { stdout, stderr, exit } = await container.exec({ argv, env, privileged, ...own });
  stdout.resume();
  let said = '';
  for await (const chunk of stderr) said = `${said}${chunk}`.slice(-LAST_WORDS);
  const code = await exit;
  if (code === 0) return undefined;
  return `it ended with code ${code}.${said.trim() && ` It said: ${said.trim()}`}`;
}

/** Characters of a failed hook's errors that are told. */
const LAST_WORDS = 500;
