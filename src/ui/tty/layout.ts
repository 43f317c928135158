import { allotRows } from './allot-rows.js';
import { mostNameColumns, truncate, widthOf } from './columns.js';
import { footOf } from './foot.js';
import type { Paint } from './paint.js';
import { type Mark, markOf, type RowStyle, tailOf, titleOf, visible } from './service-row.js';
import type { ServiceState, TtyState } from './state.js';

/** One service on the screen. */
export interface Row {
  readonly service: string;
  readonly mark: Mark;
  readonly title: string;
  readonly details: readonly string[];
}

/** The live part of the screen, top to bottom. No line is wider than the terminal, its mark counted. */
export interface Frame {
  /** Parts it from the lines that scroll, where there is room. */
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  readonly foot: readonly string[];
}

/** What a frame is made for. */
export interface View {
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
  /** Milliseconds of the display's clock. */
  readonly now: number;
}

/** Columns in front of a row's text: its mark and a blank. */
export const markColumns = 2;

const roomyRows = 20;

// In front of the lines below a service's row.
const indent = '    ';

/** Lays the state out for a terminal of a size. */
export function layout(state: TtyState, view: View): Frame {
  const { columns, paint } = view;
  const services = [...state.services.values()];
  const foot = footOf(state, { columns, paint }).slice(0, Math.max(1, Math.floor(view.rows / 3)));
  const head = services.length > 0 && view.rows >= roomyRows ? [''] : [];
  const style = { ...view, columns: columns - markColumns, nameColumns: nameColumns(services, columns) };
  const lines = new Map(services.map((service) => [service.name, linesBelow(state, service, style)]));
  const wishes = services.map(({ name, phase }) => ({
    service: name,
    mark: markOf(phase),
    lines: lines.get(name)?.length ?? 0,
  }));
  const allotted = allotRows(wishes, liveRows(view.rows) - head.length - foot.length);
  const rows = services.flatMap((service): Row[] => {
    const given = allotted.get(service.name);
    if (given === undefined) return [];
    const details = given === 0 ? [] : (lines.get(service.name) ?? []).slice(-given);
    return [{ service: service.name, mark: markOf(service.phase), title: titleOf(service, style), details }];
  });
  const hidden = services.filter(({ name }) => !allotted.has(name));
  return { head, rows, foot: [...summary(hidden, view), ...foot] };
}

/** The live part leaves the rest of the screen to the lines that scroll, and never fills it. */
const liveRows = (rows: number): number => Math.max(1, Math.min(rows - 1, Math.max(6, Math.floor(rows * 0.6))));

const nameColumns = (services: readonly ServiceState[], columns: number): number =>
  Math.min(Math.max(0, ...services.map(({ name }) => widthOf(name))), mostNameColumns(columns));

const most = { failed: 6, running: 3, details: 12 };

function linesBelow(state: TtyState, service: ServiceState, { columns, paint }: RowStyle): string[] {
  const { push, phase } = service;
  const details = state.details && service.name === state.lastPushed && push ? push.details.slice(-most.details) : [];
  const tail = tailOf(service).slice('since' in phase ? -most.running : -most.failed);
  const looks = [...details.map((line) => paint.dim(visible(line))), ...tail.map((line) => paint.dim(line))];
  return looks.map((line) => `${indent}${truncate(line, columns - indent.length)}`);
}

/** `12 more: 11 live, 1 starting` */
function summary(hidden: readonly ServiceState[], { columns, paint }: View): string[] {
  if (hidden.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { phase } of hidden) counts.set(phase.kind, (counts.get(phase.kind) ?? 0) + 1);
  const parts = [...counts].map(([kind, count]) => `${count} ${kind}`);
  return [truncate(paint.dim(`  ${hidden.length} more: ${parts.join(', ')}`), columns)];
}
