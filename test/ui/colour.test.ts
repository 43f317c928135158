import test from 'ava';
import { wantsColour } from '../../src/ui/colour.js';

const cases: [string, NodeJS.ProcessEnv, { terminal: boolean; pipe: boolean }][] = [
  ['nothing set', { TERM: 'xterm' }, { terminal: true, pipe: false }],
  ['NO_COLOR', { NO_COLOR: '1' }, { terminal: false, pipe: false }],
  ['an empty NO_COLOR', { NO_COLOR: '' }, { terminal: true, pipe: false }],
  ['FORCE_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, { terminal: true, pipe: true }],
  ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, { terminal: true, pipe: true }],
  ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, { terminal: false, pipe: false }],
  ['TERM=dumb', { TERM: 'dumb' }, { terminal: false, pipe: false }],
  ['CI', { CI: 'true' }, { terminal: false, pipe: false }],
];

for (const [name, env, { terminal, pipe }] of cases) {
  test(`with ${name}, a terminal has ${terminal ? '' : 'no '}colours and a pipe has ${pipe ? 'them' : 'none'}`, (t) => {
    t.is(wantsColour({ isTTY: true }, env), terminal);
    t.is(wantsColour({}, env), pipe);
  });
}
