import { posix } from 'node:path';
import type { CopyStep } from '../../dockerfile/model.js';
import { isWithin, memberOf } from '../../plan/context-tree.js';
import { matchSource } from '../../plan/match-copy.js';
import { type Finding, rule } from '../rule.js';
import type { BuildFiles, ContextFacts, MountFacts } from '../subject.js';
import { placeOfLines } from '../tokens.js';

/** The path of the context that would lie at the mount's target, as far as this COPY places anything there. */
function hiddenPath(step: CopyStep, { target }: MountFacts, { sent }: ContextFacts): string | undefined {
  const below = isWithin(step.destination, target) ? posix.relative(step.destination, target) : '';
  if (!isWithin(target, step.destination) && !isWithin(step.destination, target)) return undefined;
  if (step.from.kind !== 'context') return below === '' ? '' : undefined;
  const roots = step.sources.flatMap((source) => matchSource(sent, source).roots);
  const root = roots.find(({ path }) => below === '' || sent.get(memberOf(path, below)) !== undefined);
  return root && (below === '' ? root.path : memberOf(root.path, below));
}

function findingOf(files: BuildFiles, mount: MountFacts): Finding[] {
  const last = files.stages.at(-1);
  for (const step of last?.steps ?? []) {
    const path = step.kind === 'copy' ? hiddenPath(step, mount, files.context) : undefined;
    if (step.kind !== 'copy' || path === undefined) continue;
    const isSame = step.from.kind === 'context' && mount.source === posix.join(files.context.root, path);
    const where = `${files.dockerfile.file}:${step.line}`;
    const what = `what ${where} copies to ${step.destination}`;
    const message = `The ${mount.type} mount at ${mount.target} hides ${what}: a push has no effect there.`;
    const hint = isSame
      ? 'The mount shows the same files: without it, pushes keep them up to date.'
      : 'Take the mount out, or copy to another place.';
    const place = mount.place ?? placeOfLines(files, step);
    return [{ ...(isSame && { severity: 'note' as const }), message, hint, place }];
  }
  return [];
}

/** Bind mounts and tmpfs mounts over the destination of a COPY. */
export const copyHiddenByMount = rule(
  {
    id: 'copy-hidden-by-mount',
    severity: 'warning',
    summary: 'A mount of the service hides what a COPY places.',
  },
  (files, { service }) =>
    service.mounts
      .filter(({ type }) => type === 'bind' || type === 'tmpfs')
      .flatMap((mount) => findingOf(files, mount)),
);
