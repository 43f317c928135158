import type { LivepushEvent } from '../../events.js';
import { cleanLine } from '../clean-line.js';
import { CommandOutput } from '../command-output.js';
import { describe } from '../describe.js';
import { OutputTail } from '../output-tail.js';
import { Prefix } from '../prefix.js';
import { Recollection } from '../recollection.js';
import { mostNameColumns } from './columns.js';
import { paintFor } from './paint.js';
import { summaryOf } from './push-record.js';
import type { TtyState } from './state.js';

/** Makes the lines that scroll by above the live ones: logs, output of commands, and what should be found again later. */
export class ScrollText {
  readonly #commands = new CommandOutput();
  readonly #recollection = new Recollection();
  readonly #tail = new OutputTail();
  readonly #prefix: Prefix;
  readonly #colour: boolean;

  /** `columns` are those of the terminal. */
  constructor({ colour, columns }: { readonly colour: boolean; readonly columns: () => number }) {
    this.#prefix = new Prefix({ colour, widest: () => mostNameColumns(columns()) });
    this.#colour = colour;
  }

  /** The lines of an event, with its service in front. `state` is that after the event. */
  linesOf(event: LivepushEvent, state: Pick<TtyState, 'logs' | 'services'>): string[] {
    return [...this.#commands.whole(event)].flatMap((whole) => this.#show(whole, state));
  }

  #show(event: LivepushEvent, { logs, services }: Pick<TtyState, 'logs' | 'services'>): string[] {
    const recalled = this.#recollection.recall(event);
    const prefix = this.#prefix.of(event); // asked for every event, so that colours follow the order of the services
    const column = event.type === 'diagnostic' ? '' : prefix; // its text names the service
    const before = this.#tail.before(event);
    if (!isShown(event) || (event.type === 'log' && !logs)) return [];
    const failedBuild = event.type === 'buildEnd' || event.type === 'rebuildEnd' ? before : [];
    const events = [...failedBuild, event];
    return events.flatMap((shown) => {
      const text = pushed(shown, services) ?? describe(shown, recalled);
      return text === undefined ? [] : text.split('\n').map((line) => this.#line(shown, column, line));
    });
  }

  #line(event: LivepushEvent, column: string, line: string): string {
    return `${column}${look(event, this.#colour)(cleanLine(line, { colour: this.#colour }))}`.trimEnd();
  }
}

/** A push that is done in the same words as in the live lines. */
function pushed(event: LivepushEvent, services: TtyState['services']): string | undefined {
  if (event.type !== 'livepushEnd' || event.outcome !== 'done') return undefined;
  const push = services.get(event.service)?.push;
  return push?.push === event.push ? `pushed ${summaryOf(push)}` : undefined;
}

function look(event: LivepushEvent, colour: boolean): (text: string) => string {
  const paint = paintFor({ colour });
  switch (event.type) {
    case 'diagnostic':
      return { error: paint.red, warning: paint.yellow, note: paint.cyan }[event.severity];
    case 'buildEnd':
    case 'rebuildEnd':
      return event.ok || event.cancelled ? paint.dim : paint.red;
    case 'commandReturn':
    case 'containerLost':
    case 'processExit':
      return paint.red;
    case 'log':
    case 'buildOutput':
    case 'commandOutput':
      return (text) => text;
    default:
      return paint.dim;
  }
}

/** The live lines show the rest. */
function isShown(event: LivepushEvent): boolean {
  switch (event.type) {
    case 'log':
    case 'diagnostic':
    case 'ready':
    case 'stopped':
    case 'plan':
    case 'commandExecute':
    case 'commandOutput':
    case 'commandReturn':
    case 'rebuildStart':
    case 'rebuildEnd':
    case 'containerLost':
    case 'processExit':
      return true;
    case 'livepushEnd':
      return event.outcome === 'done' || event.outcome === 'failed';
    case 'buildEnd':
      return !event.ok;
    default:
      return false;
  }
}
