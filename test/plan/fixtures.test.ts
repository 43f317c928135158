import test from 'ava';
import { lowerOf } from '../../src/plan/beneath.js';
import { formatPlan, type PlanWords } from '../../src/plan/format-plan.js';
import { planChanges } from '../../src/plan/plan-changes.js';
import { fixturesOf } from '../dockerfile/fixtures.js';
import { readPlanInput } from './read-plan-input.js';

/** Fixtures say besides which layers show where a path is taken away. */
const removal: PlanWords['removal'] = (path, { beneath }) => `remove ${path} (below step ${lowerOf(beneath)})`;

for (const { title, read } of fixturesOf('plan')) {
  test(title, (t) => {
    t.is(`${formatPlan(planChanges(readPlanInput(read)), { removal }).join('\n')}\n`, read('plan.txt') ?? '');
  });
}
