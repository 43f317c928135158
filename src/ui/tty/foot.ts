import { pack } from './columns.js';
import type { Paint } from './paint.js';
import { serviceNumbers } from './press-key.js';
import type { TtyState } from './state.js';

/** The lines at the bottom: which keys there are, or which service to choose. */
export function footOf(state: TtyState, { columns, paint }: { columns: number; paint: Paint }): string[] {
  return pack(footWords(state, paint), columns);
}

function footWords(state: TtyState, paint: Paint): string[] {
  if (state.stopping) return [paint.yellow('Stopping...'), paint.dim('Ctrl-C again ends at once')];
  const paused = state.paused ? [paint.yellow('paused: changes are collected')] : [];
  if (!state.keys) return paused;
  const key = (name: string, does: string): string => `${paint.bold(name)} ${paint.dim(does)}`;
  if (state.choosing !== undefined) {
    const typed = state.choosing;
    const choices = serviceNumbers(state).filter(({ number }) => number.startsWith(typed));
    return [
      paint.yellow(`Rebuild which? ${typed}`.trimEnd()),
      ...choices.map(({ number, service }) => key(number === typed ? 'Enter' : number, service)),
      key('Esc', 'none'),
    ];
  }
  const open = [...state.services.values()].some(({ urls }) => urls.length > 0);
  return [
    ...paused,
    key('r', 'rebuild'),
    key('p', state.paused ? 'resume' : 'pause'),
    key('l', state.logs ? 'logs off' : 'logs on'),
    key('v', state.details ? 'less' : 'details'),
    ...(open ? [key('o', 'open')] : []),
    key('q', 'quit'),
  ];
}
