import fc from 'fast-check';
import { bursts, ignore, tree } from './arbitrary-context.js';
import type { Draft, FuzzCase, MountDraft, RunKind, StageDraft } from './model.js';

const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const seldom = fc.integer({ min: 0, max: 5 }).map((n) => n === 5);
const index = fc.nat({ max: 3 });

const source = fc.oneof(
  {
    arbitrary: oneOf('d', '.', 'a.txt', 'e', 'b.js', 'd/', 'd/s', './', 'd/a.txt', 'x y', '-n', '.h', 'l', '$m'),
    weight: 3,
  },
  { arbitrary: oneOf('*.txt', '*', 'd/*', '?.js', 'd*', '[ab]*', '*/a.txt', 'e/*.js', '*y', '[^d]*'), weight: 2 },
);
const destination = oneOf(
  ...['/app/', '/app', '/app/d', '/app/d/', '/app/n/', '/lib/', '/lib', '/x/y/', '/x/y', '/app/a.txt'],
  ...['.', './', 'r/', 'r', '$P/', '$P/q', '/ln/', '/ln/z', '/'],
);
const flags = {
  chown: fc.oneof({ arbitrary: fc.constant(undefined), weight: 5 }, oneOf('5:6', '7', 'nobody', 'root')),
  chmod: fc.oneof({ arbitrary: fc.constant(undefined), weight: 5 }, oneOf('0640', '755', '4711')),
  link: seldom,
};

const copy = fc.record({
  kind: fc.constant('copy' as const),
  sources: fc.oneof({ arbitrary: fc.tuple(source), weight: 3 }, fc.array(source, { minLength: 2, maxLength: 3 })),
  ...{ destination, ...flags, add: seldom, directive: seldom },
});
const copyStage = fc.record({
  kind: fc.constant('copy-stage' as const),
  ...{ stage: index, area: index, below: oneOf('', '/', '/*', '/*.txt', '/d', '/a.txt', '/.'), destination },
  ...{ ...flags, directive: seldom },
});
const kinds: readonly RunKind[] = [
  'sums',
  'clone',
  'rights',
  'owner',
  'prune',
  'judge',
  'state',
  'slow',
  'script',
  'exec',
  'user',
  'moved',
  'times',
  'daemon',
];
const run = fc.record({
  kind: fc.constant('run' as const),
  ...{ what: oneOf(...kinds), area: index, output: fc.nat({ max: 2 }), directive: seldom },
});
const prelude = fc.record({
  kind: fc.constant('run' as const),
  ...{ what: oneOf<RunKind>('lower', 'alias'), area: index, output: fc.constant(0), directive: fc.constant(false) },
});
const workdir = fc.record({ kind: fc.constant('workdir' as const), path: oneOf('/app', '/w', 'sub', '/x/y', '/lib') });
const env = fc.record({ kind: fc.constant('env' as const), value: oneOf('/app', '/lib/p', '/e e'), directive: seldom });
const arg = fc.record({ kind: fc.constant('arg' as const), value: oneOf('1', 'two words') });
const install = fc.record({ kind: fc.constant('install' as const), area: index });

const inline = fc.record({ kind: fc.constant('inline' as const), destination });
const user = fc.record({ kind: fc.constant('user' as const), user: oneOf('1000', 'root', '0:5') });

const middle: fc.Arbitrary<Draft> = fc.oneof(
  { arbitrary: copy, weight: 8 },
  { arbitrary: run, weight: 5 },
  { arbitrary: workdir, weight: 2 },
  { arbitrary: env, weight: 1 },
  { arbitrary: arg, weight: 1 },
  { arbitrary: install, weight: 1 },
  { arbitrary: inline, weight: 1 },
  { arbitrary: user, weight: 1 },
);
const listOf = (step: fc.Arbitrary<Draft>, maxLength: number): fc.Arbitrary<Draft[]> =>
  fc.array(step, { minLength: 1, maxLength, size: 'max' });
const stepsOf = (first: fc.Arbitrary<Draft>, rest: fc.Arbitrary<Draft>): fc.Arbitrary<Draft[]> =>
  fc.tuple(fc.array(first, { maxLength: 1 }), listOf(rest, 6)).map((parts) => parts.flat());

const live = fc.constant({ kind: 'live' as const });
const earlier: fc.Arbitrary<StageDraft> = fc.record({ from: index, steps: stepsOf(prelude, middle) });
const withStages = fc.oneof({ arbitrary: middle, weight: 2 }, { arbitrary: copyStage, weight: 1 });
const lastSteps = fc.oneof({ arbitrary: withStages, weight: 12 }, { arbitrary: live, weight: 1 });
const last: fc.Arbitrary<StageDraft> = fc.record({
  from: index,
  steps: fc
    .tuple(fc.array(prelude, { maxLength: 1 }), fc.tuple(copy), listOf(lastSteps, 6))
    .map((parts) => parts.flat()),
});

const target = oneOf('/app', '/lib', '/x', '/o0', '/o1', '/o2', '/app/m');
const mount = fc.record({ kind: oneOf<MountDraft['kind']>('bind', 'volume', 'tmpfs'), target });
const mounts = fc.uniqueArray(mount, { minLength: 1, maxLength: 2, selector: (each) => each.target });

/** Random projects, out of the steps that a push can replay. Their RUN steps can be repeated on their own result. */
export const fuzzCase: fc.Arbitrary<FuzzCase> = fc.record({
  ignore,
  stages: fc.tuple(fc.array(earlier, { maxLength: 2 }), last).map(([before, final]) => [...before, final]),
  tree,
  bursts,
  replicas: seldom.map((more) => (more ? 2 : 1)),
  mounts: fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, { arbitrary: mounts, weight: 4 }),
  hardening: fc.oneof(
    { arbitrary: fc.constant('none' as const), weight: 3 },
    oneOf('capabilities' as const, 'user' as const, 'read-only' as const),
  ),
  argument: fc.option(oneOf('given', 'x y'), { nil: undefined, freq: 3 }),
  trailing: seldom,
});
