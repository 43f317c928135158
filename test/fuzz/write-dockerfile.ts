import { posix } from 'node:path';
import type { Draft, FuzzCase, StageDraft } from './model.js';
import { runCommand } from './run-command.js';
import {
  dropped,
  empty,
  instruction,
  kept,
  type Line,
  made,
  type Place,
  type StageState,
  type Written,
  writable,
} from './stage-state.js';
import { writeCopy, writeCopyStage, writeInline, writeInstall } from './write-copy.js';

/** The Dockerfile of a case, and what the live Dockerfile made of it has to be. */
export interface Texts {
  readonly dockerfile: string;
  readonly live: string;
  /** The `target` of the compose file. */
  readonly target: string | undefined;
}

/** What is known of a case's surroundings. */
export interface Surroundings {
  /** Tells whether the context has something at a path. */
  readonly exists: (path: string) => boolean;
  /** Lines of the live Dockerfile that a build fails at: they are left out. */
  readonly faulty: ReadonlySet<string>;
}

/** Fails while the file says so, after all that is stale has run. */
const GUARD = ['COPY guard /guard', 'RUN ! grep -q BROKEN /guard'];

export function writeDockerfile(
  { stages, trailing, verbatim, bursts }: FuzzCase,
  { exists, faulty }: Surroundings,
): Texts {
  if (verbatim !== undefined) return { dockerfile: verbatim, live: verbatim, target: undefined };
  const states: StageState[] = [];
  const lines: Line[] = [];
  for (const [number, stage] of stages.entries()) {
    const written = writeStage(stage, { number, states, exists });
    states.push(written.state);
    lines.push(...written.lines.filter(({ live }) => live === undefined || !faulty.has(live)));
  }
  const alive = states.at(-1)?.alive === true;
  if (bursts.some(({ spoils }) => spoils !== undefined))
    lines.push(
      ...GUARD.map((line) => (alive && line.startsWith('RUN') ? { ...kept(line), live: undefined } : kept(line))),
    );
  if (!alive) lines.push(kept('CMD ["sleep", "100000"]'));
  // A stage behind that of the live command goes away; otherwise it is behind the target.
  if (trailing)
    lines.push(...['FROM busybox:1.37 AS last', 'RUN false'].map((line) => (alive ? dropped(line) : kept(line))));
  const text = (parts: (string | undefined)[]) => `${parts.filter((part) => part !== undefined).join('\n')}\n`;
  return {
    dockerfile: text(lines.map(({ source }) => source)),
    live: text(lines.map(({ live }) => live)),
    target: trailing && !alive ? `s${stages.length - 1}` : undefined,
  };
}

function writeStage({ from, steps }: StageDraft, place: Place): { lines: Line[]; state: StageState } {
  const { number, states } = place;
  const parent = from % (number + 1);
  let state = parent === 0 ? empty : { ...(states[parent - 1] as StageState), alive: false };
  const lines = [kept(`FROM ${parent === 0 ? 'busybox:1.37' : `s${parent - 1}`} AS s${number}`)];
  for (const step of steps) {
    const written = writeStep(step, state, place);
    if (!written) continue;
    lines.push(...written.lines.map((line) => (isDropped(line, state) ? { ...line, live: undefined } : line)));
    state = { ...state, ...written.next };
  }
  return { lines, state };
}

const isDropped = ({ source }: Line, { alive }: StageState): boolean => alive && source.startsWith('RUN ');

function writeStep(step: Draft, state: StageState, place: Place): Written | undefined {
  switch (step.kind) {
    case 'workdir': {
      const workdir = posix.join(state.workdir, step.path);
      return (
        writable(state, workdir) && {
          lines: [kept(`WORKDIR ${step.path}`)],
          next: { ...made(state, workdir), workdir },
        }
      );
    }
    case 'env':
      return { lines: [instruction('ENV', `P="${step.value}"`, step.directive)], next: { env: step.value } };
    case 'arg':
      return { lines: [kept(`ARG V="${step.value}"`)], next: {} };
    case 'user':
      return { lines: [kept(`USER ${step.user}`)], next: { user: step.user } };
    case 'inline':
      return writeInline(step.destination, state);
    case 'live':
      return state.alive ? undefined : writeLive();
    case 'copy':
      return writeCopy(step, state, place);
    case 'copy-stage':
      return writeCopyStage(step, state, place);
    case 'install':
      return writeInstall(step.area, state, place);
    case 'run':
      return writeRun(step, state);
  }
}

const writeLive = (): Written => ({
  lines: [
    { source: '#dev-cmd-live=["sleep", "100000"]', live: 'CMD ["sleep", "100000"]' },
    { source: 'CMD ["false"]', live: undefined },
  ],
  next: { alive: true },
});

function writeRun(step: Extract<Draft, { kind: 'run' }>, state: StageState): Written | undefined {
  const { areas, frozen, copied, user } = state;
  const area = areas[step.area % Math.max(1, areas.length)];
  const command = runCommand(step, area);
  if (command === undefined || (user === '1000' && !command.anyone)) return undefined;
  if (command.first && (copied || frozen.length > 0)) return undefined;
  if (command.writes.some((written) => frozen.includes(written))) return undefined;
  const filled = command.writes.reduce((so, written) => made({ ...state, areas: so }, `/${written}`).areas, areas);
  return {
    lines: [instruction('RUN', command.text, step.directive && !command.text.startsWith('<<'))],
    next: { areas: filled, frozen: [...new Set([...frozen, ...command.reads])] },
  };
}
