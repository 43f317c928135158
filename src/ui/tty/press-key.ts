import type { TtyState } from './state.js';

/** What a key asks of the session; what it changes on the screen is in the state already. */
export type KeyRequest =
  | { readonly type: 'rebuild'; readonly service: string }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'open'; readonly url: string | undefined }
  | { readonly type: 'quit' };

/** What a key press comes to. */
export interface Pressed {
  readonly state: TtyState;
  readonly request?: KeyRequest;
}

/** Takes one key: a character as it was typed, `escape`, `return` or `backspace`. Unknown keys do nothing. */
export function pressKey(state: TtyState, key: string): Pressed {
  if (state.stopping) return { state };
  if (state.choosing !== undefined) return chooseService(state, state.choosing, key);
  switch (key.toLowerCase()) {
    case 'r':
      return beginChoosing(state);
    case 'p':
      return { state: { ...state, paused: !state.paused }, request: { type: state.paused ? 'resume' : 'pause' } };
    case 'l':
      return { state: { ...state, logs: !state.logs } };
    case 'v':
      return { state: { ...state, details: !state.details } };
    case 'o':
      return { state, request: { type: 'open', url: firstUrl(state) } };
    case 'q':
      return { state: { ...state, stopping: true }, request: { type: 'quit' } };
    default:
      return { state };
  }
}

/** The services that can be rebuilt, with the numbers they are chosen by. */
export const serviceNumbers = (state: TtyState): { readonly number: string; readonly service: string }[] =>
  [...state.services.values()]
    .filter(({ phase }) => (phase.kind === 'ended' ? phase.before : phase.kind) !== 'up')
    .map(({ name }, index) => ({ number: String(index + 1), service: name }));

function beginChoosing(state: TtyState): Pressed {
  const [first, ...others] = serviceNumbers(state);
  if (first === undefined) return { state };
  return others.length === 0 ? chosen(state, first.service) : { state: { ...state, choosing: '' } };
}

const chosen = (state: TtyState, service: string): Pressed => ({
  state: { ...state, choosing: undefined },
  request: { type: 'rebuild', service },
});

/** A number is taken as soon as no longer one begins with it; `return` takes it before. */
function chooseService(state: TtyState, typed: string, key: string): Pressed {
  if (key === 'backspace' && typed !== '') return { state: { ...state, choosing: typed.slice(0, -1) } };
  if (/^\d$/.test(key)) {
    const begun = serviceNumbers(state).filter(({ number }) => number.startsWith(typed + key));
    const [only, ...others] = begun;
    if (only === undefined) return { state };
    return others.length === 0 ? chosen(state, only.service) : { state: { ...state, choosing: typed + key } };
  }
  const whole = serviceNumbers(state).find(({ number }) => number === typed);
  if (key === 'return' && whole !== undefined) return chosen(state, whole.service);
  return { state: { ...state, choosing: undefined } };
}

/** That of the service pushed to last, if it has one: it is what the user works on. */
function firstUrl({ services, lastPushed }: TtyState): string | undefined {
  const own = lastPushed === undefined ? undefined : services.get(lastPushed)?.urls[0];
  return own ?? [...services.values()].flatMap(({ urls }) => urls)[0];
}
