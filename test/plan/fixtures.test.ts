import test from 'ava';
import { formatPlan } from '../../src/plan/format-plan.js';
import { planChanges } from '../../src/plan/plan-changes.js';
import { fixturesOf } from '../dockerfile/fixtures.js';
import { readPlanInput } from './read-plan-input.js';

for (const { title, read } of fixturesOf('plan')) {
  test(title, (t) => {
    t.is(`${formatPlan(planChanges(readPlanInput(read))).join('\n')}\n`, read('plan.txt') ?? '');
  });
}
