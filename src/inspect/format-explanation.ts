import type { Explanation } from '../plan/explain-change.js';
import { formatPlan } from '../plan/format-plan.js';
import type { ExplainedArgument, ExplainedPath, ProjectExplanation, ServiceExplanation } from './explanation.js';
import { restartText, verdictText } from './verdict-text.js';

/** Operations of one kind that are listed one by one; the rest is counted. */
const LISTED = 20;

/** An explanation as lines of text. */
export function formatExplanation(explained: ProjectExplanation): string[] {
  const { services, elsewhere, projectFiles, assumptions } = explained;
  const blocks = [
    ...assumptions.map((text) => [`note: ${text}`]),
    ...services.map(serviceLines),
    projectFiles.map(
      (shown) => `${shown}: a file of the compose project: each service that it changes is built and started anew`,
    ),
    elsewhere.map((shown) => `${shown}: nothing happens: it is in the build context of no service`),
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, i) => (i === 0 ? block : ['', ...block]));
}

function serviceLines(explained: ServiceExplanation): string[] {
  const { service, file, explanation, assumptions } = explained;
  const verdicts = explained.arguments.flatMap((argument) => argumentLines(argument, file));
  const details = planLines(explanation, explained);
  const notes = details.length > 0 ? assumptions.map((text) => `note: ${text}`) : [];
  return [`${service} (${file})`, ...[...verdicts, ...details, ...notes].map((line) => `  ${line}`)];
}

/** Paths of a directory that share a verdict share a line. */
function argumentLines({ shown, paths }: ExplainedArgument, file: string): string[] {
  const groups = new Map<string, ExplainedPath[]>();
  for (const path of paths) {
    const text = verdictText(path.verdict, file);
    groups.set(text, [...(groups.get(text) ?? []), path]);
  }
  return Array.from(groups, ([text, members]) => {
    const whole = members.length === paths.length && members.length > 1;
    const subject = whole ? `${shown}/ (${members.length} files)` : subjectOf(members);
    return `${subject}: ${text}`;
  });
}

function subjectOf(members: readonly ExplainedPath[]): string {
  return namesOf(members.map(({ shown, gone }) => (gone ? `${shown} (not there: deleted)` : shown)));
}

const namesOf = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');

function planLines({ plan, leftToMounts }: Explanation, { liveLine, arguments: all }: ServiceExplanation): string[] {
  if (plan.kind === 'nothing')
    return leftToMounts.length > 0
      ? ['Then a push does nothing:', ...leftLines(leftToMounts).map((line) => `  ${line}`)]
      : [];
  const rebuilds = all.some(({ paths }) => paths.some(({ verdict }) => verdict.kind === 'rebuild'));
  const lines = [
    ...formatPlan(plan, { listed: LISTED, restart: (stage) => restartText(stage, liveLine) }),
    ...leftLines(leftToMounts),
  ];
  return [`${rebuilds ? 'Without that' : 'Then'} a push does this:`, ...lines.map((line) => `  ${line}`)];
}

/** One line for each mount. */
function leftLines(left: Explanation['leftToMounts']): string[] {
  const mounts = new Set(left.map(({ mount }) => mount));
  return [...mounts].map((mount) => {
    const paths = left.filter((each) => each.mount === mount).map(({ path }) => path);
    return `leave to the mount ${mount}: ${namesOf(paths)}`;
  });
}
