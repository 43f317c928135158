import test from 'ava';
import { type KeyRequest, pressKey } from '../../../src/ui/tty/press-key.js';
import { initialState, newService, type TtyState } from '../../../src/ui/tty/state.js';

const stateOf = (names: readonly string[], urls: Readonly<Record<string, string>> = {}): TtyState => ({
  ...initialState,
  services: new Map(
    names.map((name) => {
      const own = urls[name];
      return [name, { ...newService(name), phase: { kind: 'live' }, urls: own === undefined ? [] : [own] }] as const;
    }),
  ),
});

/** Presses keys one after the other; the state at the end, and all that was asked for. */
function press(state: TtyState, ...keys: readonly string[]): { state: TtyState; requests: KeyRequest[] } {
  const requests: KeyRequest[] = [];
  let now = state;
  for (const key of keys) {
    const pressed = pressKey(now, key);
    now = pressed.state;
    if (pressed.request) requests.push(pressed.request);
  }
  return { state: now, requests };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i + 1}`);

test('the only service is rebuilt without a question', (t) => {
  t.deepEqual(press(stateOf(['web']), 'r').requests, [{ type: 'rebuild', service: 'web' }]);
});

test('a digit chooses among fewer than ten services', (t) => {
  const { state, requests } = press(stateOf(['api', 'web']), 'r', '2');
  t.deepEqual(requests, [{ type: 'rebuild', service: 'web' }]);
  t.is(state.choosing, undefined);
});

test('of twenty services, two digits choose one, or a digit and return', (t) => {
  t.deepEqual(press(stateOf(numbered(20)), 'r', '1', '2').requests, [{ type: 'rebuild', service: 's12' }]);
  t.deepEqual(press(stateOf(numbered(20)), 'r', '1', 'return').requests, [{ type: 'rebuild', service: 's1' }]);
  t.deepEqual(press(stateOf(numbered(20)), 'r', '3').requests, [{ type: 'rebuild', service: 's3' }]);
  t.deepEqual(press(stateOf(numbered(20)), 'r', '1', 'backspace', '3').requests, [{ type: 'rebuild', service: 's3' }]);
});

test('a number that no service has is not taken', (t) => {
  const { state, requests } = press(stateOf(['api', 'web']), 'r', '7');
  t.deepEqual(requests, []);
  t.is(state.choosing, '');
});

test('escape and any other key end the choice and do nothing else', (t) => {
  for (const key of ['escape', 'q', 'return']) {
    const { state, requests } = press(stateOf(['api', 'web']), 'r', key);
    t.deepEqual([state.choosing, requests], [undefined, []]);
  }
});

test('a service that is not built cannot be rebuilt', (t) => {
  const services = new Map([['db', newService('db')]]);
  t.deepEqual(press({ ...initialState, services }, 'r'), { state: { ...initialState, services }, requests: [] });
});

test('p pauses and resumes', (t) => {
  t.deepEqual(press(stateOf(['web']), 'p', 'P').requests, [{ type: 'pause' }, { type: 'resume' }]);
});

test('o opens the address of the service pushed to last, else the first one there is', (t) => {
  const state = stateOf(['api', 'site', 'web'], { site: 'http://localhost:1', web: 'http://localhost:2' });
  const opened = (lastPushed?: string) => press({ ...state, lastPushed }, 'o').requests;
  t.deepEqual(opened(), [{ type: 'open', url: 'http://localhost:1' }]);
  t.deepEqual(opened('web'), [{ type: 'open', url: 'http://localhost:2' }]);
  t.deepEqual(opened('api'), [{ type: 'open', url: 'http://localhost:1' }]);
  t.deepEqual(press(stateOf(['web']), 'o').requests, [{ type: 'open', url: undefined }]);
});

test('q quits once', (t) => {
  t.deepEqual(press(stateOf(['web']), 'q', 'q', 'r').requests, [{ type: 'quit' }]);
});

test('keys without a meaning change nothing', (t) => {
  const state = stateOf(['web']);
  for (const key of ['x', 'return', 'escape', '1', ' ']) t.deepEqual(pressKey(state, key), { state });
});
