import type { CopyStep } from '../../dockerfile/model.js';
import { type Hidden, hiddenBy } from '../hidden-copies.js';
import { type Finding, rule } from '../rule.js';
import type { BuildFiles, MountFacts } from '../subject.js';
import { placeOfLines } from '../tokens.js';

const HINTS: Readonly<Record<Hidden, string>> = {
  same: 'The mount shows the same files: without it, pushes keep them up to date.',
  other: 'Take the mount out, or copy to another place.',
};

function messageOf(files: BuildFiles, mount: MountFacts, steps: readonly CopyStep[]): string {
  const { file } = files.dockerfile;
  const lines = steps.map(({ line }) => line);
  const where = `${file}:${lines.slice(0, -1).join(', ')}${lines.length > 1 ? ' and ' : ''}${lines.at(-1)}`;
  const [only, ...others] = new Set(steps.map(({ destination }) => destination));
  const what = others.length === 0 ? `what ${where} copies to ${only}` : `what ${where} copy`;
  return `The ${mount.type} mount at ${mount.target} hides ${what}: a push has no effect there.`;
}

function findingsOf(files: BuildFiles, mount: MountFacts, mounts: readonly MountFacts[]): Finding[] {
  const copies = (files.stages.at(-1)?.steps ?? []).filter((step): step is CopyStep => step.kind === 'copy');
  const judged = copies.map((step) => ({ step, hidden: hiddenBy(mount, step, { context: files.context, mounts }) }));
  return (['other', 'same'] as const).flatMap((kind) => {
    const steps = judged.filter(({ hidden }) => hidden === kind).map(({ step }) => step);
    const [first] = steps;
    if (first === undefined) return [];
    const place = mount.place ?? placeOfLines(files, first);
    const severity = kind === 'same' ? { severity: 'note' as const } : {};
    return [{ ...severity, message: messageOf(files, mount, steps), hint: HINTS[kind], place }];
  });
}

/** Bind mounts and tmpfs mounts over the destination of a COPY. */
export const copyHiddenByMount = rule(
  {
    id: 'copy-hidden-by-mount',
    severity: 'warning',
    summary: 'A mount of the service hides what a COPY places.',
  },
  (files, { service: { mounts } }) =>
    mounts
      .filter(({ type }) => type === 'bind' || type === 'tmpfs')
      .flatMap((mount) => findingsOf(files, mount, mounts)),
);
