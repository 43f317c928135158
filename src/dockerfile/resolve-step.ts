import { configFault } from './config-fault.js';
import type { ConfigStep, Instruction, StepState, UnreplayableStep, WorkdirStep } from './model.js';
import { type CopyFields, resolveCopy } from './resolve-copy.js';
import { type RunFields, resolveRun } from './resolve-run.js';
import { applyInstruction } from './scope.js';
import { SubstitutionError } from './shell-pattern.js';
import type { Fields, StepContext } from './step-context.js';

/** The part of a step that is its own. */
export type StepFields = CopyFields | RunFields | Fields<WorkdirStep> | Fields<ConfigStep> | Fields<UnreplayableStep>;

function fieldsOf(instruction: Instruction, context: StepContext): StepFields {
  switch (instruction.keyword) {
    case 'COPY':
    case 'ADD':
      return resolveCopy(instruction, context);
    case 'RUN':
      return resolveRun(instruction, context);
    case 'WORKDIR':
      return { kind: 'workdir', path: applyInstruction(context.state, instruction, context.input).workdir };
    case 'ARG':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'ENV':
    case 'EXPOSE':
    case 'HEALTHCHECK':
    case 'LABEL':
    case 'MAINTAINER':
    case 'ONBUILD':
    case 'SHELL':
    case 'STOPSIGNAL':
    case 'USER':
    case 'VOLUME': {
      const fault = configFault(instruction, context.state, context.input);
      if (fault !== undefined) context.fail('bad-argument', `${fault}.`);
      return { kind: 'config' };
    }
    default:
      return { kind: 'unreplayable', reason: `the instruction ${instruction.keyword} is not known`, sources: [] };
  }
}

/** The step of an instruction, and the state after it. A word that cannot be expanded is reported and not replayable. */
export function resolveStep(instruction: Instruction, context: StepContext): { fields: StepFields; after: StepState } {
  try {
    return {
      fields: fieldsOf(instruction, context),
      after: applyInstruction(context.state, instruction, context.input),
    };
  } catch (error) {
    if (!(error instanceof SubstitutionError)) throw error;
    context.fail('bad-substitution', `${instruction.keyword} cannot be expanded: ${error.message}.`);
    return { fields: { kind: 'unreplayable', reason: error.message, sources: [] }, after: context.state };
  }
}
