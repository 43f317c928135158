import type { CopyStep, Stage, Step } from '../dockerfile/model.js';
import type { PlacedContent, Placement } from '../plan/copy-map.js';
import type { Operation, Plan, StagePlan } from '../plan/plan.js';
import { topmost } from '../plan/topmost.js';
import type { ExplainedPath, ProjectExplanation, ServiceExplanation } from './explanation.js';
import { restartText, verdictText } from './verdict-text.js';

/** An explanation as one JSON object: all that the text says, and nothing counted instead of listed. What is not known is null. */
export function jsonExplanation({ services, elsewhere, projectFiles, assumptions }: ProjectExplanation): string {
  const value = { services: services.map(serviceValue), projectFiles, elsewhere, assumptions };
  return JSON.stringify(value, (_key, each) => (each === undefined ? null : each), 2);
}

function serviceValue(explained: ServiceExplanation): object {
  const { service, file, liveLine, explanation, assumptions } = explained;
  const { plan, leftToMounts } = explanation;
  return {
    service,
    dockerfile: file,
    liveCommandLine: liveLine,
    paths: explained.arguments.flatMap(({ shown, paths }) => paths.map((path) => pathValue(path, shown, file))),
    push: planValue(plan, explained),
    leftToMounts,
    assumptions: plan.kind === 'nothing' ? [] : assumptions,
  };
}

function pathValue({ shown, gone, verdict }: ExplainedPath, argument: string, file: string): object {
  return {
    ...{ path: shown, argument, deleted: gone, verdict: verdict.kind, reason: verdictText(verdict, file) },
    steps: verdict.kind === 'stale' ? verdict.steps.map(({ stage, step }) => stepIn(file, stage, step)) : [],
    ignoredBy: verdict.kind === 'ignored' ? { file: verdict.file, line: verdict.line, text: verdict.text } : null,
  };
}

/** A step, and where the user finds it. */
const stepIn = (file: string, { index, name }: Stage, { line, text }: Step): object => ({
  ...{ file, line, text },
  ...{ stage: index, stageName: name },
});

function planValue(plan: Plan, { file, liveLine }: ServiceExplanation): object {
  switch (plan.kind) {
    case 'nothing':
      return { kind: plan.kind };
    case 'rebuild':
      return { kind: plan.kind, reason: plan.reason, step: plan.step && { file, ...placeOf(plan.step) } };
    case 'fault':
      return {
        kind: plan.kind,
        faults: plan.diagnostics.map(({ code, message, range }) => ({ code, message, file, line: range?.line })),
      };
    case 'replay':
      return { kind: plan.kind, stages: plan.stages.map((stage) => stageValue(stage, file, liveLine)) };
  }
}

const placeOf = ({ line, text }: Step): object => ({ line, text });

function stageValue(plan: StagePlan, file: string, liveLine: number | undefined): object {
  const { stage, final, from, cause, operations, restart } = plan;
  return {
    ...{ stage: stage.index, stageName: stage.name, final },
    from: stepIn(file, stage, from),
    cause,
    operations: operations.map(operationValue),
    restart: final
      ? { restarts: restart !== undefined, line: restart?.line, reason: restartText(plan, liveLine) }
      : null,
  };
}

function operationValue(operation: Operation): object {
  switch (operation.kind) {
    case 'files':
      return {
        kind: 'files',
        remove: topmost(operation.uncover),
        removeIfEmpty: operation.prune,
        verify: operation.verify.map(({ destination }) => destination),
        write: operation.writes.map(writeValue),
        own: operation.implied.map(({ path, step: { line } }) => ({ path, line })),
      };
    case 'unpack': {
      const { source, destination, step } = operation;
      return { kind: 'unpack', source, destination, line: step.line };
    }
    case 'copy-stage':
      return {
        kind: 'copy-stage',
        ...stageCopy(operation.step),
        stage: operation.layer.fromStage,
        full: operation.full,
      };
    case 'run':
      return { kind: 'run', command: operation.step.text.replace(/^RUN /, ''), line: operation.step.line };
  }
}

const stageCopy = ({ sources, destination, line }: CopyStep): object => ({ sources, destination, line });

/** `source` is a path of the context; null for a heredoc, and for the destination directory of a copy. */
function writeValue({ destination, content, step }: Placement): object {
  return {
    destination,
    content: contentOf(content),
    source: content.kind === 'context' ? content.source : null,
    line: step.line,
  };
}

function contentOf(content: PlacedContent): string {
  switch (content.kind) {
    case 'context':
      return content.entry.kind;
    case 'inline':
      return 'heredoc';
    case 'root':
      return 'directory';
  }
}
