import type { Step } from '../dockerfile/model.js';
import type { Placement } from './copy-map.js';
import type { FilesOperation, Operation, Plan, StagePlan, StaleCause } from './plan.js';
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

/** The first so many, and how many are left. */
const first = (lines: readonly string[], listed: number, what: string): string[] =>
  lines.length > listed ? [...lines.slice(0, listed), `${what} ${lines.length - listed} more`] : [...lines];

const operationLines = (operation: Operation, { listed, removal }: PlanWords): string[] => {
  switch (operation.kind) {
    case 'files': {
      const { uncover, prune, writes, verify, implied } = operation;
      const removed = topmost(uncover).map((path) => removal(path, operation));
      const written = writes.map(
        (write) => `write ${write.destination} <- ${sourceText(write)} (${place(write.step)})`,
      );
      return [
        ...first(removed, listed, 'remove'),
        ...(prune.length > 0 ? [`remove ${prune.join(', ')} if nothing else is there`] : []),
        ...(verify.length > 0 ? [`verify ${verify.length} unchanged ${verify.length === 1 ? 'path' : 'paths'}`] : []),
        ...first(written, listed, 'write'),
        ...implied.map(({ path, step }) => `owner of ${path} as ${place(step)} makes it`),
      ];
    }
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

const restartLine = ({ restart }: StagePlan): string =>
  restart ? `restart (${place(restart)}: ${restart.text})` : 'no restart';

/** How a plan is put into words. */
export interface PlanWords {
  /** How many paths an operation lists one by one; the rest is counted. */
  readonly listed: number;
  /** What is said of a path that is taken away. */
  readonly removal: (path: string, operation: FilesOperation) => string;
  /** Whether the main process restarts, by the plan of the final stage. */
  readonly restart: (plan: StagePlan) => string;
}

const stageLines = (plan: StagePlan, words: PlanWords): string[] => [
  `stage ${plan.stage.name ?? plan.stage.index} from ${place(plan.from)}: ${plan.from.text} (${causeText(plan.cause)})`,
  ...plan.operations.flatMap((operation) => operationLines(operation, words)).map((line) => `  ${line}`),
  ...(plan.final ? [words.restart(plan)] : []),
];

const allWords: PlanWords = {
  listed: Number.POSITIVE_INFINITY,
  removal: (path) => `remove ${path}`,
  restart: restartLine,
};

/** A plan as text, one operation a line: what `--dry-run`, `explain`, the debug log and the tests print. */
export function formatPlan(plan: Plan, words: Partial<PlanWords> = {}): string[] {
  switch (plan.kind) {
    case 'nothing':
      return ['nothing to do'];
    case 'rebuild':
      return [`rebuild: ${plan.reason}${plan.step ? ` (${place(plan.step)}: ${plan.step.text})` : ''}`];
    case 'fault':
      return plan.diagnostics.map(({ message, range }) => `fault: ${message} (line ${range?.line ?? 0})`);
    case 'replay':
      return replayLines(plan.stages, { ...allWords, ...words });
  }
}

/** What is the same for several replicas is said once. */
function replayLines(stages: readonly StagePlan[], words: PlanWords): string[] {
  const alike = new Map<string, StagePlan[]>();
  for (const plan of stages) {
    const text = stageLines(plan, words).join('\n');
    alike.set(text, [...(alike.get(text) ?? []), plan]);
  }
  const hasReplicas = stages.filter(({ final }) => final).length > 1;
  return [...alike.values()].flatMap((plans) =>
    plans.slice(0, 1).flatMap((plan) => {
      const [head = '', ...rest] = stageLines(plan, words);
      return [hasReplicas && plan.final ? `${head} in ${containersOf(plans)}` : head, ...rest];
    }),
  );
}

const containersOf = (plans: readonly StagePlan[]): string =>
  `container${plans.length === 1 ? '' : 's'} ${plans.map(({ target }) => target.slice(0, 12)).join(', ')}`;
