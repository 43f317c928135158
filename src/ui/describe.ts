import type { LivepushEvent } from '../events.js';
import { afterLastReturn } from './clean-line.js';
import { countOf, firstOf, formatBytes, formatDuration } from './quantities.js';
import { reportDiagnostic } from './report.js';

/** What earlier events of a service said that the text of a later one needs. */
export interface Recalled {
  /** The main process was restarted in this push. */
  readonly restarted: boolean;
  /** The push was only planned. */
  readonly planned: boolean;
  /** The service has more than one container. */
  readonly replicas: boolean;
  /** More than one stage is kept up to date. */
  readonly stages: boolean;
}

/** The text of an event (one line or more) without its service and time; `undefined` if another event tells it better. */
export function describe(event: LivepushEvent, recalled: Recalled): string | undefined {
  switch (event.type) {
    case 'buildStart':
      return 'build started';
    case 'buildOutput':
      return event.line.trim() === '' ? undefined : indent(event.line); // BuildKit parts its steps by empty lines
    case 'buildEnd':
      return event.blockedBy
        ? `build given up after ${formatDuration(event.durationMs)}: that of ${firstOf(event.blockedBy, 3)} failed`
        : ended(event, { ok: 'built in', otherwise: 'build' });
    case 'attached':
      return attached(event);
    case 'ready':
      return `${event.project} is ready: edits of ${event.services.join(', ') || 'no service'} are pushed from now on`;
    case 'livepushStart':
      return `push ${event.push}: ${changes(event)}`;
    case 'plan':
      return [`push ${event.push} would do this:`, ...event.lines.map(indent)].join('\n');
    case 'filesCopied':
      return `push ${event.push}: ${countOf(event.count, 'file')} copied${where(event, recalled)} (${formatBytes(event.bytes)})`;
    case 'filesDeleted':
      return `push ${event.push}: ${countOf(event.count, 'file')} deleted${where(event, recalled)}`;
    case 'commandExecute':
      return `$ ${event.command}`;
    case 'commandOutput':
      return indent(event.data);
    case 'commandReturn':
      return event.returnCode === 0
        ? undefined
        : `push ${event.push}: exit code ${event.returnCode} from $ ${brief(event.command)}`;
    case 'filesCopying':
    case 'containerRestartStart':
    case 'containerRestart':
    case 'cancel':
      return undefined; // the end of the push says so
    case 'livepushEnd':
      return `push ${event.push}: ${outcome(event, recalled)}`;
    case 'rebuildStart':
      return `rebuild: ${event.reason}`;
    case 'rebuildEnd':
      return ended(event, { ok: 'rebuilt in', otherwise: 'rebuild' });
    case 'containerLost':
      return `container ${shortId(event.containerId)} lost: ${event.reason}`;
    case 'processExit':
      return `the main process of container ${shortId(event.containerId)} ended with code ${event.exitCode}; the next push starts it again`;
    case 'log':
      return event.line;
    case 'diagnostic':
      return reportDiagnostic(event);
    case 'stopped':
      // the error says more
      return event.reason === 'failed'
        ? undefined
        : `stopped: ${event.reason}${event.next === undefined ? '' : `. ${event.next}`}`;
  }
}

type Of<Type extends LivepushEvent['type']> = Extract<LivepushEvent, { type: Type }>;

const shortId = (containerId: string): string => containerId.slice(0, 12);

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${afterLastReturn(line)}`)
    .join('\n');

const brief = (command: string): string => command.replace(/\n.*/s, ' ...');

function ended(
  { ok, cancelled, durationMs }: Of<'buildEnd' | 'rebuildEnd'>,
  text: { ok: string; otherwise: string },
): string {
  const end = ok ? text.ok : `${text.otherwise} ${cancelled ? 'cancelled' : 'failed'} after`;
  return `${end} ${formatDuration(durationMs)}`;
}

function attached({ containerIds, stages, liveCommand }: Of<'attached'>): string {
  const parts = [`attached to ${countOf(containerIds.length, 'container')}`];
  if (stages.length > 1) parts.push(`stages ${stages.join(', ')}`);
  if (liveCommand !== null) parts.push(`live command: ${liveCommand}`);
  return parts.join('; ');
}

function changes({ changed, deleted }: Of<'livepushStart'>): string {
  const parts = [
    changed.length > 0 ? firstOf(changed, 3) : '',
    deleted.length > 0 ? `deleted: ${firstOf(deleted, 3)}` : '',
  ];
  return parts.filter((part) => part !== '').join('; ') || 'the steps that are still to run';
}

function where({ stageIdx, containerId }: Of<'filesCopied' | 'filesDeleted'>, { replicas, stages }: Recalled): string {
  const parts = [stages ? `stage ${stageIdx}` : '', replicas ? `container ${shortId(containerId)}` : ''];
  const place = parts.filter((part) => part !== '').join(', ');
  return place && ` in ${place}`;
}

function outcome({ outcome, durationMs }: Of<'livepushEnd'>, { restarted, planned }: Recalled): string {
  const duration = formatDuration(durationMs);
  const restart = restarted ? ', restarted' : '';
  switch (outcome) {
    case 'done':
      return `done in ${duration}${restart}`;
    case 'failed':
      return `failed after ${duration}${restart}`;
    case 'cancelled':
      return `cancelled after ${duration}`;
    case 'nothing':
      return planned ? `nothing was done (dry run)` : `nothing to do (${duration})`;
  }
}
