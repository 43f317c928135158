import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Container, ExecProcess } from '../../docker/engine.js';
import type { RunStep } from '../../dockerfile/model.js';
import { LivepushError } from '../../errors.js';
import { lookForEnd } from '../look-for-end.js';
import { type OperationContext, report } from './context.js';
import { withMounts } from './run-mounts.js';
import { stepEnvironment } from './step-environment.js';

/** The code of a process that was killed, as all are that a container has when it ends. */
const KILLED = 137;

/** A RUN that ended with another code than 0. The user has seen its output. */
export class StepFailed extends Error {
  readonly step: RunStep;
  readonly code: number;

  constructor(step: RunStep, code: number) {
    super(`${step.text} ended with ${code}`);
    this.name = 'StepFailed';
    this.step = step;
    this.code = code;
  }
}

/**
 * Says its process id on the first line of standard output, so that the whole process group can be ended, and becomes the
 * command. What this first shell adds to the environment is taken out again.
 */
const LEADER = 'echo "$$"; unset SHLVL OLDPWD PWD _; exec "$@"';

/** Runs a step in the container as a build would, and ends its process group at once when the signal fires. */
export async function runStep(context: OperationContext, step: RunStep): Promise<void> {
  const command = commandOf(step);
  const container = await context.target.container();
  context.target.replayed.add(step.index);
  const containerId = container.id;
  report(context, { type: 'commandExecute', containerId, command });
  const returnCode = await withMounts(context, step, (environment) =>
    execute(context, { container, step, environment }),
  );
  context.signal.throwIfAborted();
  if (returnCode === KILLED && (await lookForEnd(context.target)) !== 'there')
    throw new LivepushError('container-lost', `The container ended while \`${command}\` ran in it.`);
  report(context, { type: 'commandReturn', containerId, command, returnCode });
  if (returnCode !== 0) throw new StepFailed(step, returnCode);
}

/** What a step runs, without the instruction and its flags. */
const commandOf = ({ text }: RunStep): string => text.replace(/^(ONBUILD\s+)*RUN\s+(--\S+\s+)*/i, '');

interface Execution {
  readonly container: Container;
  readonly step: RunStep;
  /** Variables that only this step has: secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

async function execute(context: OperationContext, { container, step, environment }: Execution): Promise<number> {
  const { signal, target } = context;
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
    if (code === 126 && !(await Promise.race([leader.then(() => true), Promise.resolve(false)]))) {
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

type Say = (stream: 'stdout' | 'stderr', data: string) => Promise<void> | undefined;

/** Hands on the text of a stream, no faster than it is taken. */
async function forward(
  { stream, encoding }: { stream: Readable; encoding: BufferEncoding },
  say: (text: string) => Promise<void> | undefined,
): Promise<void> {
  const decoder = new StringDecoder(encoding);
  try {
    for await (const chunk of stream) await say(decoder.write(chunk as Buffer));
  } catch {
    // the end of the process tells what happened
  }
  await say(decoder.end());
}
