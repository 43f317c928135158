import type { Burst, Draft, FuzzCase, StageDraft } from './model.js';

/** Forms of a case with one thing less in it, large things first. A case as data says all about itself: so can its smaller forms. */
export function* smaller(input: FuzzCase): Generator<FuzzCase> {
  for (let count = 1; count < input.bursts.length; count++) yield { ...input, bursts: input.bursts.slice(0, count) };
  for (const bursts of withLess(input.bursts)) if (bursts.length > 0) yield { ...input, bursts };
  for (const stages of withLess(input.stages)) if (stages.length > 0) yield { ...input, stages };
  for (const tree of withLess(input.tree)) yield { ...input, tree };
  if (input.ignore.length > 0) yield { ...input, ignore: [] };
  for (const stages of eachWith(input.stages, smallerStage)) yield { ...input, stages };
  for (const bursts of eachWith(input.bursts, smallerBurst)) yield { ...input, bursts };
  if (input.replicas > 1) yield { ...input, replicas: 1 };
  for (const mounts of withLess(input.mounts)) yield { ...input, mounts };
  if (input.hardening !== 'none') yield { ...input, hardening: 'none' };
  if (input.argument !== undefined) yield { ...input, argument: undefined };
  if (input.trailing) yield { ...input, trailing: false };
  for (const ignore of withLess(input.ignore)) yield { ...input, ignore };
}

/** Without its first half, its last half, and without each one. */
function* withLess<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  const half = Math.floor(items.length / 2);
  if (half > 1) yield items.slice(0, half);
  if (half > 1) yield items.slice(half);
  for (let i = items.length - 1; i >= 0; i--) yield items.toSpliced(i, 1);
}

/** With each item in turn replaced by its smaller forms. */
function* eachWith<Item>(items: readonly Item[], less: (item: Item) => Iterable<Item>): Generator<readonly Item[]> {
  for (const [i, item] of items.entries()) for (const other of less(item)) yield items.with(i, other);
}

function* smallerBurst(burst: Burst): Generator<Burst> {
  if (burst.interrupts !== undefined) yield { ...burst, interrupts: undefined };
  if (burst.spoils !== undefined) yield { ...burst, spoils: undefined };
  if (burst.changes.length > 1) for (const changes of withLess(burst.changes)) yield { ...burst, changes };
}

function* smallerStage({ from, steps }: StageDraft): Generator<StageDraft> {
  for (const fewer of withLess(steps)) yield { from, steps: fewer };
  if (from > 0) yield { from: 0, steps };
  for (const simpler of eachWith(steps, simplerStep)) yield { from, steps: simpler };
}

function* simplerStep(step: Draft): Generator<Draft> {
  if (step.kind === 'copy') {
    for (const sources of withLess(step.sources)) if (sources.length > 0) yield { ...step, sources };
    if (step.add) yield { ...step, add: false };
  }
  if (step.kind === 'copy' || step.kind === 'copy-stage') {
    if (step.chown !== undefined) yield { ...step, chown: undefined };
    if (step.chmod !== undefined) yield { ...step, chmod: undefined };
    if (step.link) yield { ...step, link: false };
  }
  if ('directive' in step && step.directive) yield { ...step, directive: false };
}
