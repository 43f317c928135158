import { posix } from 'node:path';
import type { Draft, FuzzCase, StageDraft } from './model.js';
import { runCommand } from './run-command.js';

/** The Dockerfile of a case, and what the live Dockerfile made of it has to be. */
export interface Texts {
  readonly dockerfile: string;
  readonly live: string;
  /** The `target` of the compose file. */
  readonly target: string | undefined;
}

interface Line {
  readonly source: string;
  /** Undefined for a line that the live Dockerfile does without. */
  readonly live: string | undefined;
}

/** What a stage has come to, as far as it decides what may follow. */
interface StageState {
  readonly workdir: string;
  readonly env: string | undefined;
  readonly user: string;
  /** Top directories with something in them, in the order in which they were made. */
  readonly areas: readonly string[];
  /** Areas that a RUN step has read: written to after it, the step would see another state when it is run again. */
  readonly frozen: readonly string[];
  readonly copied: boolean;
  readonly alive: boolean;
}

const empty: StageState = {
  workdir: '/',
  env: undefined,
  user: 'root',
  areas: [],
  frozen: [],
  copied: false,
  alive: false,
};

/** @param exists tells whether the context has something at a path */
export function writeDockerfile({ stages, trailing, verbatim }: FuzzCase, exists: (path: string) => boolean): Texts {
  if (verbatim !== undefined) return { dockerfile: verbatim, live: verbatim, target: undefined };
  const states: StageState[] = [];
  const lines: Line[] = [];
  for (const [number, stage] of stages.entries()) {
    const written = writeStage(stage, { number, states, exists });
    states.push(written.state);
    lines.push(...written.lines);
  }
  const alive = states.at(-1)?.alive === true;
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

const kept = (source: string): Line => ({ source, live: source });
const dropped = (source: string): Line => ({ source, live: undefined });

interface Place {
  readonly number: number;
  readonly states: readonly StageState[];
  readonly exists: (path: string) => boolean;
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

interface Written {
  readonly lines: readonly Line[];
  readonly next: Partial<StageState>;
}

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

function instruction(name: string, rest: string, directive: boolean): Line {
  const live = `${name} ${rest}`;
  return { source: directive ? `#dev-${name.toLowerCase()}=${rest}` : live, live };
}

const areaOf = (path: string): string => {
  const first = path.split('/')[1] ?? '';
  return first === 'ln' ? 'app' : first;
};

const writable = (state: StageState, path: string): true | undefined => {
  const area = areaOf(path);
  return (area === '' ? state.frozen.length === 0 : !state.frozen.includes(area)) || undefined;
};

const made = ({ areas }: StageState, path: string): { areas: readonly string[] } => {
  const area = areaOf(path);
  return { areas: area === '' || areas.includes(area) ? areas : [...areas, area] };
};

/** A destination that can be written to: with the variable where it has a value, and into a directory where there are several sources. */
function destinationFor(
  written: string,
  several: boolean,
  state: StageState,
): { text: string; path: string } | undefined {
  const plain = state.env === undefined ? written.replace(/\$\{?P\}?/, '/app') : written;
  const text = several && !/[/.]$/.test(plain) ? `${plain}/` : plain;
  const path = posix.join('/', posix.resolve(state.workdir, text.replace(/\$\{?P\}?/, state.env ?? '')));
  return writable(state, path) && { text, path };
}

const copyFlags = ({ chown, chmod, link }: Extract<Draft, { kind: 'copy' | 'copy-stage' }>): string[] => [
  ...(chown === undefined ? [] : [`--chown=${chown}`]),
  ...(chmod === undefined ? [] : [`--chmod=${chmod}`]),
  ...(link ? ['--link'] : []),
];

const isPattern = (source: string): boolean => /[*?[]/.test(source);

/** JSON where words would not do. */
function words(paths: readonly string[]): string {
  const escaped = paths.map((path) => path.replace(/\$m/, '\\$m'));
  return paths.some((path) => /[\s'"]/.test(path))
    ? JSON.stringify(paths.map((p) => p.replace(/\$m/, '\\$m')))
    : escaped.join(' ');
}

function writeCopy(step: Extract<Draft, { kind: 'copy' }>, state: StageState, { exists }: Place): Written | undefined {
  const sources = step.sources.filter((source) => isPattern(source) || exists(source));
  const destination = destinationFor(step.destination, sources.length > 1 || sources.some(isPattern), state);
  if (sources.length === 0 || !destination) return undefined;
  const rest = [...copyFlags(step), words([...sources, destination.text])].join(' ');
  const line = step.add ? kept(`ADD ${rest}`) : instruction('COPY', rest, step.directive);
  return { lines: [line], next: { ...made(state, destination.path), copied: true } };
}

function writeCopyStage(
  step: Extract<Draft, { kind: 'copy-stage' }>,
  state: StageState,
  { number, states }: Place,
): Written | undefined {
  const from = step.stage % Math.max(1, number);
  const areas = states[from]?.areas ?? [];
  const area = areas[step.area % Math.max(1, areas.length)];
  const destination = destinationFor(step.destination, isPattern(step.below), state);
  if (area === undefined || !destination) return undefined;
  const flags = [`--from=s${from}`, ...copyFlags(step)];
  const rest = [...flags, words([`/${area}${step.below}`, destination.text])].join(' ');
  return {
    lines: [instruction('COPY', rest, step.directive)],
    next: { ...made(state, destination.path), copied: true },
  };
}

function writeInline(written: string, state: StageState): Written | undefined {
  const destination = destinationFor(written, true, state);
  if (!destination) return undefined;
  const lines = [`COPY <<one.txt <<"two.txt" ${destination.text}`, 'P is $P', 'one.txt', 'P is $P', 'two.txt'];
  return { lines: [kept(lines.join('\n'))], next: { ...made(state, destination.path), copied: true } };
}

function writeInstall(area: number, state: StageState, { exists }: Place): Written | undefined {
  const at = `/pkg${area}`;
  if (state.user === '1000' || !writable(state, at) || state.areas.includes(at.slice(1)) || !exists('a.txt'))
    return undefined;
  const run = `RUN rm -rf ${at}/nm && mkdir -p ${at}/nm && cp ${at}/a.txt ${at}/nm/from`;
  return {
    lines: [kept(`COPY a.txt ${at}/`), kept(run), kept(`COPY . ${at}/`)],
    next: { ...made(state, at), copied: true },
  };
}

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
