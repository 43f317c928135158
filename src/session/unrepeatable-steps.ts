import { runNotRepeatable } from '../check/rules/run-not-repeatable.js';
import { serviceIgnores } from '../check/service-ignores.js';
import { readSubject } from '../check/subject.js';
import { isSuppressed, readSuppressions } from '../check/suppression.js';
import type { ContextTree } from '../plan/context-tree.js';
import type { LiveModel } from './service-model.js';

/**
 * RUN steps that do not do the same when they run on what they left, by the line that they begin in: why, as `check` says
 * it. What the user has told `check` to ignore counts as repeatable.
 */
export function unrepeatableSteps({ build, platform }: LiveModel, tree: ContextTree): ReadonlyMap<number, string> {
  const { service, spec, dockerfilePath, dockerfileText } = build;
  if (serviceIgnores(service.livepush).ids.includes(runNotRepeatable.id)) return new Map();
  const { name, entrypoint, readOnly, livepush } = service;
  const facts = { name, entrypoint, readOnly, livepush, mounts: [], target: spec.target, placeOf: () => undefined };
  const subject = readSubject(facts, {
    dockerfile: { path: dockerfilePath, text: dockerfileText },
    target: spec.target,
    args: spec.args,
    additionalContexts: Object.keys(spec.additionalContexts),
    platform,
    context: { root: spec.context, all: tree, sent: tree, ignoreFile: undefined },
  });
  const suppressions = subject.files === undefined ? [] : readSuppressions(subject.files.lines);
  const found = runNotRepeatable.find(subject).filter((diagnostic) => !isSuppressed(diagnostic, suppressions));
  const stepAt = (line: number): number | undefined =>
    subject.files?.stages
      .flatMap(({ steps }) => steps)
      .find((step) => step.kind === 'run' && step.line <= line && line <= step.endLine)?.line;
  return new Map(
    found.flatMap(({ message, range }) => {
      const line = range && stepAt(range.line);
      return line === undefined ? [] : [[line, message.replace(/\.$/, '')] as const];
    }),
  );
}
