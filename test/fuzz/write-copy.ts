import { posix } from 'node:path';
import type { Draft } from './model.js';
import { instruction, kept, made, type Place, type StageState, type Written, writable } from './stage-state.js';

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

/** A copy from the context, of the sources that it has. */
export function writeCopy(
  step: Extract<Draft, { kind: 'copy' }>,
  state: StageState,
  { exists }: Place,
): Written | undefined {
  const sources = step.sources.filter((source) => isPattern(source) || exists(source));
  const destination = destinationFor(step.destination, sources.length > 1 || sources.some(isPattern), state);
  if (sources.length === 0 || !destination) return undefined;
  const rest = [...copyFlags(step), words([...sources, destination.text])].join(' ');
  const line = step.add ? kept(`ADD ${rest}`) : instruction('COPY', rest, step.directive);
  return { lines: [line], next: { ...made(state, destination.path), copied: true } };
}

/** A copy from a stage before, of an area that it has. */
export function writeCopyStage(
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

/** Two files whose text is in the Dockerfile. */
export function writeInline(written: string, state: StageState): Written | undefined {
  const destination = destinationFor(written, true, state);
  if (!destination) return undefined;
  const lines = [`COPY <<one.txt <<"two.txt" ${destination.text}`, 'P is $P', 'one.txt', 'P is $P', 'two.txt'];
  return { lines: [kept(lines.join('\n'))], next: { ...made(state, destination.path), copied: true } };
}

/** The usual three steps of a package manager. */
export function writeInstall(area: number, state: StageState, { exists }: Place): Written | undefined {
  const at = `/pkg${area}`;
  if (state.user === '1000' || !writable(state, at) || state.areas.includes(at.slice(1)) || !exists('a.txt'))
    return undefined;
  const run = `RUN rm -rf ${at}/nm && mkdir -p ${at}/nm && cp ${at}/a.txt ${at}/nm/from`;
  return {
    lines: [kept(`COPY a.txt ${at}/`), kept(run), kept(`COPY . ${at}/`)],
    next: { ...made(state, at), copied: true },
  };
}
