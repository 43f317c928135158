import { messageOf } from '../../src/errors.js';
import { type LiveProject, makeLiveProject } from '../helpers/live-project.js';
import { contextOf, hostFolderOf } from './case-folders.js';
import { Contestant, type Verdict } from './contestant.js';
import type { FuzzCase } from './model.js';

/** What an engine says of a volume in the place of a file of the image: no such container starts, whoever makes it. */
const UNMOUNTABLE = /^The project did not start: Error response from daemon: source \/\S+ is not directory/;

/** A case with how it ended. */
export interface Played {
  readonly verdict: Verdict;
  /** The case as text. */
  readonly text: string;
}

/**
 * Plays several cases as the services of one compose project, which one session keeps live.
 *
 * @param known texts of cases that need not be played again: they count as not buildable
 */
export async function playCases(cases: readonly FuzzCase[], known: ReadonlySet<string> = new Set()): Promise<Played[]> {
  const { contestants, fault } = await playTogether(cases, known);
  const inPlay = contestants.filter(({ verdict }) => verdict.kind === 'equal');
  if (fault === undefined) return contestants.map(played);
  if (inPlay.length === 1) {
    for (const one of inPlay) {
      const wrong = { kind: 'wrong' as const, burst: 0, findings: [`The session ended: ${fault}`] };
      one.verdict = UNMOUNTABLE.test(fault) ? { kind: 'unbuildable', reason: fault } : wrong;
    }
    return contestants.map(played);
  }
  // One of them ended the session for all: which one shows when each has a session of its own.
  const again: Played[] = [];
  for (const [index, one] of contestants.entries()) {
    if (inPlay.includes(one)) again.push(...(await playCases(cases.slice(index, index + 1))));
    else again.push(played(one));
  }
  return again;
}

const played = (contestant: Contestant): Played => ({ verdict: contestant.verdict, text: contestant.describe() });

async function playTogether(
  cases: readonly FuzzCase[],
  known: ReadonlySet<string>,
): Promise<{ contestants: readonly Contestant[]; fault: string | undefined }> {
  const project = await makeLiveProject({});
  try {
    const contestants = await whenAll(cases.map((input, i) => Contestant.create(project, `c${i}`, input)));
    for (const one of contestants) {
      if (known.has(one.describe())) one.verdict = { kind: 'unbuildable', reason: 'It was tried before.' };
    }
    const inPlay = contestants.filter((one) => one.inPlay);
    if (inPlay.length === 0) return { contestants, fault: undefined };
    await project.write('compose.yaml', composeFile(project, inPlay));
    project.start();
    try {
      await project.ready();
      await playBursts(project, inPlay);
      await project.stop();
    } catch (error) {
      return { contestants, fault: project.fault ?? messageOf(error) };
    }
    return { contestants, fault: project.fault };
  } finally {
    await project.remove();
  }
}

async function playBursts(project: LiveProject, inPlay: readonly Contestant[]): Promise<void> {
  await whenAll(inPlay.map((one) => one.checkStart(project)));
  const longest = Math.max(...inPlay.map(({ input }) => input.bursts.length));
  for (let number = 1; number <= longest; number++) {
    const playing = inPlay.filter((one) => one.inPlay);
    await whenAll(
      playing.map(async (one) => {
        const burst = one.input.bursts[number - 1];
        if (burst) await one.play(project, burst, number);
      }),
    );
  }
}

/** Waits for all to end, also when one fails: nothing must go on in a folder that is about to be removed. */
async function whenAll<Result>(tasks: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(tasks);
  return Promise.all(tasks);
}

const HARDENED: Readonly<Record<FuzzCase['hardening'], readonly string[]>> = {
  none: [],
  capabilities: ['    cap_drop: [ALL]'],
  user: ['    user: "1000"'],
  'read-only': ['    read_only: true'],
};

function mountLines(project: LiveProject, service: string, { mounts }: FuzzCase): string[] {
  const volumes = mounts.flatMap(({ kind, target }, index) => {
    if (kind === 'bind') return [`./${hostFolderOf(project, service, index)}:${target}`];
    return kind === 'volume' ? [target] : [];
  });
  const tmpfs = mounts.flatMap(({ kind, target }) => (kind === 'tmpfs' ? [target] : []));
  return [
    ...(volumes.length > 0 ? [`    volumes: ${JSON.stringify(volumes)}`] : []),
    ...(tmpfs.length > 0 ? [`    tmpfs: ${JSON.stringify(tmpfs)}`] : []),
  ];
}

function composeFile(project: LiveProject, contestants: readonly Contestant[]): string {
  const services = contestants.map(({ service, input, texts }) => [
    `  ${service}:`,
    '    build:',
    `      context: ./${contextOf(project, service)}`,
    ...(input.argument === undefined ? [] : [`      args: { V: ${JSON.stringify(input.argument)} }`]),
    ...(texts.target === undefined ? [] : [`      target: ${texts.target}`]),
    '    init: true',
    '    network_mode: none',
    ...mountLines(project, service, input),
    ...HARDENED[input.hardening],
    ...(input.replicas > 1 ? [`    scale: ${input.replicas}`] : []),
  ]);
  return ['services:', ...services.flat(), ''].join('\n');
}
