import type { RunStep } from '../../dockerfile/model.js';
import { LivepushError } from '../../errors.js';
import { runInBuildContainer } from '../build-container/run-in-build-container.js';
import { lookForEnd } from '../look-for-end.js';
import { type OperationContext, report } from './context.js';
import { runInPlace } from './run-in-place.js';

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

/** A RUN failed with an empty cache that an earlier step of its stage fills in a build: the push has to begin there. */
export class ColdCache extends Error {
  /** Index of the earlier step. */
  readonly from: number;

  constructor(from: number) {
    super('A cache is empty that an earlier step fills.');
    this.name = 'ColdCache';
    this.from = from;
  }
}

/** Runs a step as a build would, and ends all its processes at once when the signal fires. */
export async function runStep(context: OperationContext, step: RunStep): Promise<void> {
  const command = commandOf(step);
  const { target } = context;
  const { id: containerId } = await target.container();
  target.replayed.add(step.index);
  void report(context, { type: 'commandExecute', containerId, command });
  const started = performance.now();
  const { code, excuse } = await (target.final ? runInPlace : runInBuildContainer)(context, step);
  context.stepSignal.throwIfAborted();
  if (code === KILLED && (await lookForEnd(target)) !== 'there')
    throw new LivepushError('container-lost', `The container ended while \`${command}\` ran in it.`);
  if (code !== 0 && excuse?.kind === 'step') throw new ColdCache(excuse.index);
  void report(context, { type: 'commandReturn', containerId, command, returnCode: code });
  if (code !== 0 && excuse)
    throw new LivepushError(
      'container-refused',
      `\`${command}\` fails with an empty cache, which a build fills before`,
    );
  if (code !== 0) throw new StepFailed(step, code);
  target.took.set(step.index, performance.now() - started);
}

/** What a step runs, without the instruction and its flags. */
const commandOf = ({ text }: RunStep): string => text.replace(/^(ONBUILD\s+)*RUN\s+(--\S+\s+)*/i, '');
