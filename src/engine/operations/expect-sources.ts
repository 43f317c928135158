import { posix } from 'node:path';
import { LivepushError } from '../../errors.js';
import { isGlob } from '../../plan/glob.js';
import type { Operation } from '../../plan/plan.js';
import type { Target } from '../target.js';

/**
 * Looks, before anything is touched, whether stages hold what is copied from them by name: where one does not any more, a
 * build fails. A pattern may match nothing. Throws `copy-source-missing`.
 */
export async function expectSources(
  operations: readonly Operation[],
  stageTarget: (stage: number) => Target,
): Promise<void> {
  const looks = operations.flatMap((operation) => {
    if (operation.kind !== 'copy-stage') return [];
    const { step, layer } = operation;
    const named = step.sources.filter((source) => !isGlob(source));
    return named.map(async (source) => {
      const target = stageTarget(layer.fromStage);
      const container = await target.container();
      if ((await container.stat(posix.resolve('/', source))) !== undefined) return;
      const stage = target.stage.name ?? `${layer.fromStage}`;
      throw new LivepushError(
        'copy-source-missing',
        `COPY source ${source} in line ${step.line} is not in stage ${stage} any more.`,
        { hint: 'A build would fail there, too. The containers are as they were; the next edit tries again.' },
      );
    });
  });
  await Promise.all(looks);
}
