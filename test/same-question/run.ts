import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { Livepush } from '../../src/index.js';
import { type PushedContainer, pushedContainer } from '../helpers/pushed-container.js';
import { type Question, questions } from './questions.js';

/** What is used of either library. */
interface Contestant {
  on(event: string, listener: () => void): unknown;
  performLivepush(changed: string[], deleted: string[]): Promise<void>;
  setBuildArgs(args: Record<string, string>): void;
  cleanupIntermediateContainers(): Promise<void>;
}

interface Library {
  readonly name: string;
  open(made: PushedContainer): Promise<Contestant>;
}

const theirs = createRequire(new URL('../../../bench/package.json', import.meta.url));

const libraries: readonly Library[] = [
  { name: 'docker-livepush', open: async (made) => Livepush.init(made.options()) },
  {
    name: `livepush ${theirs('livepush/package.json').version}`,
    open: async (made) => theirs('livepush').Livepush.init({ ...made.options(), docker: new (theirs('dockerode'))() }),
  },
];

/** Pushes one edit with one library: what the container has come to, what was done, and how long it took. */
async function ask({ open }: Library, question: Question): Promise<string> {
  const cleanups: (() => Promise<void>)[] = [];
  const made = await pushedContainer({ teardown: (clean) => cleanups.push(clean) }, question);
  try {
    const contestant = await open(made).catch((error: Error) => error);
    if (contestant instanceof Error) return `refuses: ${contestant.name} \\| – \\| –`;
    cleanups.push(() => contestant.cleanupIntermediateContainers());
    if (question.args) contestant.setBuildArgs({ ...question.args });
    const done = { commandExecute: 0, containerRestart: 0 };
    for (const name of Object.keys(done) as (keyof typeof done)[]) contestant.on(name, () => (done[name] += 1));
    const { changed = [], deleted = [] } = await question.edit(made);
    const started = performance.now();
    const fault = await contestant.performLivepush([...changed], [...deleted]).then(
      () => undefined,
      (error: Error) => error,
    );
    const ms = Math.round(performance.now() - started);
    const drift = await made.drift();
    const state = fault ? `error: ${fault.name}` : drift.length === 0 ? 'equal' : `${drift.length} differ`;
    return `${state} | ${done.commandExecute} run, ${done.containerRestart} restarted | ${ms}`;
  } finally {
    for (const clean of cleanups.reverse()) await clean();
  }
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const only = process.argv.slice(2);

say(`| the edit | ${libraries.map(({ name }) => `${name}: files | events | ms`).join(' | ')} |`);
say(`|---|${'---|---|---:|'.repeat(libraries.length)}`);
for (const [name, question] of Object.entries(questions)) {
  if (only.length > 0 && !only.some((part) => name.includes(part))) continue;
  const answers: string[] = [];
  for (const library of libraries) answers.push((await ask(library, question)).replaceAll('\\|', '|'));
  say(`| ${name} | ${answers.join(' | ')} |`);
}
// The other library never reads the answers to its uploads: their connections would keep this process from its end.
process.exit();
