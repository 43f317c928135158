import { cleanLine } from '../clean-line.js';
import { formatBytes, formatDuration } from '../quantities.js';
import { column, truncate } from './columns.js';
import type { Paint } from './paint.js';
import { oneLine, summaryOf } from './push-record.js';
import type { Phase, ServiceState } from './state.js';

/** How a service's row is marked. */
export type Mark = 'busy' | 'good' | 'bad' | 'idle';

/** The mark of each phase. */
export function markOf(phase: Phase): Mark {
  switch (phase.kind) {
    case 'building':
    case 'starting':
    case 'pushing':
    case 'running':
    case 'restarting':
      return 'busy';
    case 'live':
      return 'good';
    case 'up':
      return 'idle';
    case 'ended':
      return phase.fault === undefined ? 'idle' : 'bad';
    case 'failed':
    case 'lost':
      return 'bad';
  }
}

/** What a row is written with. */
export interface RowStyle {
  /** Columns that the row may take, its mark not counted. */
  readonly columns: number;
  /** Columns of the longest name. */
  readonly nameColumns: number;
  readonly paint: Paint;
  /** Milliseconds of the display's clock. */
  readonly now: number;
}

const stateColumns = 'restarting'.length;

/** The one line of a service: name, state, and what there is to say about it, the most telling first. */
export function titleOf(service: ServiceState, { columns, nameColumns, paint, now }: RowStyle): string {
  const name = paint.bold(column(service.name, nameColumns));
  const state = statePaint(service.phase, paint)(column(service.phase.kind, stateColumns));
  return truncate(`${name}  ${state}  ${story(service, paint, now)}`, columns).trimEnd();
}

function statePaint(phase: Phase, paint: Paint): (text: string) => string {
  const looks = { busy: paint.yellow, good: paint.green, bad: paint.red, idle: paint.dim };
  return looks[markOf(phase)];
}

function story(service: ServiceState, paint: Paint, now: number): string {
  const { phase, push, failure } = service;
  switch (phase.kind) {
    case 'building':
      return words(timer(phase, now), visible(phase.step ?? ''));
    case 'starting':
    case 'restarting':
      return words(timer(phase, now), push ? summaryOf(push) : '');
    case 'pushing':
      return words(timer(phase, now), push ? summaryOf(push) : '', transferred(phase));
    case 'running':
      return words(timer(phase, now), visible(`$ ${oneLine(phase.command)}`));
    case 'failed':
      return failure === undefined ? '' : words(paint.red(failure.how), visible(oneLine(failure.what)));
    case 'lost':
      return visible(phase.reason);
    case 'ended':
      return phase.fault === undefined ? atRest(service, paint) : visible(phase.fault);
    case 'live':
    case 'up':
      return atRest(service, paint);
  }
}

const atRest = ({ push, liveCommand }: ServiceState, paint: Paint): string =>
  words(push ? summaryOf(push) : '', liveCommand === undefined ? '' : paint.dim(visible(liveCommand)));

const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('  ');

const timer = ({ since }: { since: number }, now: number): string => formatDuration(tenths(now - since));

/** Timers count in tenths of a second, so that they do not flicker. */
const tenths = (ms: number): number => Math.floor(Math.max(0, ms) / 100) * 100;

const transferred = ({ transfer }: Extract<Phase, { kind: 'pushing' }>): string =>
  transfer === undefined ? '' : `${formatBytes(transfer.bytes)} of ${formatBytes(transfer.totalBytes)}`;

/** A text of the user's as it can stand in a line of the display. */
export const visible = (text: string): string => cleanLine(text, { colour: false }).replaceAll('\t', '    ');

/** The lines below a service's row, the latest last: what it prints while something runs, or why it failed. */
export function tailOf({ phase, failure, tail }: ServiceState): readonly string[] {
  if ('since' in phase && tail.length > 0) return shown(tail);
  if (failure === undefined) return [];
  const again = 'since' in phase || phase.kind === 'lost' ? [words('before:', failure.how, oneLine(failure.what))] : [];
  return shown([...again, ...failure.tail]);
}

const shown = (lines: readonly string[]): string[] => lines.map(visible).filter((line) => line.trim() !== '');
