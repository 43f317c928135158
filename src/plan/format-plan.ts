import type { Step } from '../dockerfile/model.js';
import { lowerOf } from './beneath.js';
import type { Placement } from './copy-map.js';
import type { Operation, Plan, StagePlan, StaleCause } from './plan.js';
import { topmost } from './topmost.js';

const place = (step: Step): string => `line ${step.line}`;

const causeText = (cause: StaleCause): string => {
  switch (cause.kind) {
    case 'path':
      return `changed: ${cause.path}`;
    case 'stage':
      return `stage ${cause.stage} is replayed`;
    case 'dirty':
      return 'not finished by the push before';
  }
};

const sourceText = ({ content }: Placement): string => {
  switch (content.kind) {
    case 'context':
      return content.source;
    case 'inline':
      return 'heredoc';
    case 'root':
      return 'directory';
  }
};

const operationLines = (operation: Operation): string[] => {
  switch (operation.kind) {
    case 'files':
      return [
        ...topmost(operation.uncover).map((path) => `remove ${path} (below step ${lowerOf(operation.beneath)})`),
        ...(operation.verify.length > 0 ? [`verify ${operation.verify.length} unchanged paths`] : []),
        ...operation.writes.map((write) => `write ${write.destination} <- ${sourceText(write)} (${place(write.step)})`),
      ];
    case 'unpack':
      return [`unpack ${operation.source} -> ${operation.destination} (${place(operation.step)})`];
    case 'copy-stage':
      return [
        `copy ${operation.full ? 'all of ' : ''}${operation.step.sources.join(' ')} of stage ${operation.layer.fromStage} -> ${operation.step.destination} (${place(operation.step)})`,
      ];
    case 'run':
      return [`run ${operation.step.text.replace(/^RUN /, '')} (${place(operation.step)})`];
  }
};

const restartLine = ({ final, restart }: StagePlan): string[] => {
  if (!final) return [];
  return [restart ? `restart (${place(restart)}: ${restart.text})` : 'no restart'];
};

const stageLines = (plan: StagePlan): string[] => [
  `stage ${plan.stage.name ?? plan.stage.index} from ${place(plan.from)}: ${plan.from.text} (${causeText(plan.cause)})`,
  ...plan.operations.flatMap(operationLines).map((line) => `  ${line}`),
  ...restartLine(plan),
];

/** A plan as text, one operation a line: what `--dry-run`, `explain`, the debug log and the tests print. */
export function formatPlan(plan: Plan): string[] {
  switch (plan.kind) {
    case 'nothing':
      return ['nothing to do'];
    case 'rebuild':
      return [`rebuild: ${plan.reason}${plan.step ? ` (${place(plan.step)}: ${plan.step.text})` : ''}`];
    case 'fault':
      return plan.diagnostics.map(({ message, range }) => `fault: ${message} (line ${range?.line ?? 0})`);
    case 'replay':
      return plan.stages.flatMap(stageLines);
  }
}
