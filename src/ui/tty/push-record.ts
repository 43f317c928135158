import type { LivepushEvent } from '../../events.js';
import { describePhases } from '../phases.js';
import { countOf, formatBytes, formatDuration } from '../quantities.js';
import type { PushRecord } from './state.js';

type OfPush = Extract<LivepushEvent, { push: number }>;
type Of<Type extends OfPush['type']> = Extract<OfPush, { type: Type }>;

const mostDetails = 30;

/** A push that starts. */
export function beginPush({ push, changed, deleted }: Of<'livepushStart'>, time: number): PushRecord {
  const paths = [...changed.map((path) => `changed ${path}`), ...deleted.map((path) => `deleted ${path}`)];
  const left = paths.length - mostPaths;
  return {
    push,
    startedAt: time,
    lastAt: time,
    about: about(changed, deleted),
    restartMs: undefined,
    end: undefined,
    details: left > 0 ? [...paths.slice(0, mostPaths), `and ${countOf(left, 'more path')}`] : paths,
  };
}

/** A rebuild that starts, in the place of the last push. */
export const beginRebuild = (
  { reason }: Extract<LivepushEvent, { type: 'rebuildStart' }>,
  time: number,
): PushRecord => ({
  push: undefined,
  startedAt: time,
  lastAt: time,
  about: 'rebuild',
  restartMs: undefined,
  end: undefined,
  details: [reason],
});

/** The rebuild at its end, unless a push has come after it. */
export function endRebuild(
  record: PushRecord | undefined,
  { ok, cancelled, durationMs }: Extract<LivepushEvent, { type: 'rebuildEnd' }>,
): PushRecord | undefined {
  if (record === undefined || record.push !== undefined) return record;
  const how = ok ? '' : `${cancelled ? 'cancelled' : 'failed'} after `;
  return { ...record, end: `${how}${formatDuration(durationMs)}` };
}

const mostPaths = 8;

function about(changed: readonly string[], deleted: readonly string[]): string {
  const [first] = [...changed, ...deleted.map((path) => `-${path}`)];
  const more = changed.length + deleted.length - 1;
  if (first === undefined) return 'unfinished steps';
  return more > 0 ? `${first} +${more}` : first;
}

/** The push with what an event tells about it. */
export function noteInPush(push: PushRecord | undefined, event: OfPush, time: number): PushRecord | undefined {
  if (push === undefined || event.push !== push.push) return push;
  const detail = detailOf(event, push, time);
  const details = detail === undefined ? push.details : [...push.details, detail].slice(-mostDetails);
  const restartMs =
    event.type === 'containerRestart' ? Math.max(push.restartMs ?? 0, time - push.lastAt) : push.restartMs;
  const lastAt = event.type === 'commandOutput' || event.type === 'containerRestart' ? push.lastAt : time;
  return { ...push, details, restartMs, lastAt };
}

function detailOf(event: OfPush, push: PushRecord, time: number): string | undefined {
  switch (event.type) {
    case 'filesCopied':
      return `copied ${countOf(event.count, 'file')} (${formatBytes(event.bytes)}) into ${event.containerId.slice(0, 12)}`;
    case 'filesDeleted':
      return `deleted ${countOf(event.count, 'file')} from ${event.containerId.slice(0, 12)}`;
    case 'commandReturn':
      return `$ ${oneLine(event.command)}: exit code ${event.returnCode} after ${formatDuration(time - push.lastAt)}`;
    case 'containerRestart':
      return `restarted ${event.containerId.slice(0, 12)} (${event.method}) in ${formatDuration(time - push.lastAt)}`;
    default:
      return undefined;
  }
}

/** The first line of a command. */
export const oneLine = (command: string): string => command.replace(/\n.*/s, ' ...');

/** The push at its end: `21 ms, restarted 38 ms`. */
export function endPush(push: PushRecord | undefined, event: Of<'livepushEnd'>): PushRecord | undefined {
  if (push === undefined || event.push !== push.push) return push;
  const times = event.phases && describePhases(event.phases);
  const details = times ? [...push.details, times].slice(-mostDetails) : push.details;
  return { ...push, end: outcome(push, event), details };
}

function outcome(push: PushRecord, { outcome, durationMs, phases }: Of<'livepushEnd'>): string {
  const restartMs = push.restartMs === undefined ? undefined : (phases?.restart ?? push.restartMs);
  const [pushed, restarted] =
    restartMs === undefined
      ? [formatDuration(durationMs), '']
      : [formatDuration(Math.max(0, durationMs - restartMs)), `, restarted ${formatDuration(restartMs)}`];
  switch (outcome) {
    case 'done':
      return `${pushed}${restarted}`;
    case 'failed':
      return `failed after ${formatDuration(durationMs)}`;
    case 'cancelled':
      return 'cancelled: a newer change took over';
    case 'nothing':
      return 'nothing to do';
  }
}

/** `src/app.js +2 -> 21 ms, restarted 38 ms`, or what is known of it so far. */
export const summaryOf = ({ about, end }: PushRecord): string => (end === undefined ? about : `${about} -> ${end}`);
