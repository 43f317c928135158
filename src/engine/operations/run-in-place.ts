import type { Container, ExecProcess } from '../../docker/engine.js';
import type { RunStep } from '../../dockerfile/model.js';
import { LivepushError } from '../../errors.js';
import { type OperationContext, report } from './context.js';
import { forward, type Say } from './forward-output.js';
import { withMounts } from './run-mounts.js';
import type { StepEnd } from './step-end.js';
import { stepEnvironment } from './step-environment.js';

/**
 * Says its process id on the first line of standard output, so that the whole process group can be ended, and becomes the
 * command. What this first shell adds to the environment is taken out again.
 */
const LEADER = 'echo "$$"; unset SHLVL OLDPWD PWD _; exec "$@"';

/** Runs a step in the very container that it changes, as the library is asked to, and ends its process group when the signal fires. */
export async function runInPlace(context: OperationContext, step: RunStep): Promise<StepEnd> {
  const container = await context.target.container();
  const code = await withMounts(context, step, (environment) => execute(context, { container, step, environment }));
  return { code };
}

interface Execution {
  readonly container: Container;
  readonly step: RunStep;
  /** Variables that only this step has: secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

async function execute(context: OperationContext, { container, step, environment }: Execution): Promise<number> {
  const { stepSignal: signal, target } = context;
  signal.throwIfAborted();
  const info = await target.info();
  const process = await container.exec({
    argv: ['/bin/sh', '-c', LEADER, 'sh', ...step.argv],
    user: step.state.user || '0',
    workdir: step.state.workdir,
    env: stepEnvironment({ ...step.state, env: { ...step.state.env, ...environment } }, info.env),
  });
  const { leader, done } = followOutput(context, container.id, process);
  const end = () => {
    void leader.then((pid) => target.shell.endGroup(pid)).catch(() => process.destroy());
  };
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    const code = await process.exit;
    await done;
    if ((code === 126 || code === 127) && !(await Promise.race([leader.then(() => true), Promise.resolve(false)]))) {
      throw new LivepushError('container-refused', 'The container has no shell (/bin/sh), which running a step needs.');
    }
    return code;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

interface Followed {
  /** The process id, which is the first line. */
  readonly leader: Promise<number>;
  /** Resolves when all output has been reported. */
  readonly done: Promise<unknown>;
}

/** Reports the output as it comes. */
function followOutput(context: OperationContext, containerId: string, { stdout, stderr }: ExecProcess): Followed {
  const say: Say = (stream, data) =>
    data ? report(context, { type: 'commandOutput', containerId, stream, data }) : undefined;
  const encoding = context.outputEncoding ?? 'utf8';
  const errors = forward({ stream: stderr, encoding }, (text) => say('stderr', text));
  let done: Promise<unknown> = errors;
  const leader = new Promise<number>((resolve, reject) => {
    let head: string | undefined = '';
    const output = forward({ stream: stdout, encoding }, (text) => {
      if (head === undefined) return say('stdout', text);
      head += text;
      const end = head.indexOf('\n');
      if (end < 0) return undefined;
      const rest = head.slice(end + 1);
      resolve(Number(head.slice(0, end)));
      head = undefined;
      return say('stdout', rest);
    });
    done = Promise.all([errors, output]);
    void output.then(() => reject(new LivepushError('container-lost', 'The step ended before it began.')));
  });
  leader.catch(() => {});
  return { leader, done };
}
