import test from 'ava';
import { makeLive } from '../../src/dockerfile/live.js';
import { numberLines } from '../../src/dockerfile/number-lines.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';

const numbered = (text: string): string => {
  const live = makeLive(parseDockerfile(text, 'Dockerfile').dockerfile, {});
  return numberLines(live.text, live.lineMap);
};

test('each instruction of a live Dockerfile says its line in the Dockerfile', (t) => {
  const text = '# syntax=x\n\nFROM a\n#dev-cmd-live=watch\nRUN gone \\\n  too\nCOPY . .\nCMD gone\nUSER me';
  t.is(numbered(text), '# syntax=x\n\n# line 3\nFROM a\n# line 4\nCMD watch\n# line 7\nCOPY . .\n# line 9\nUSER me');
});

test('continued lines and heredocs stay in one piece', (t) => {
  t.is(
    numbered('FROM a\r\nRUN <<EOF\r\nFROM b\r\nEOF\r\n'),
    '# line 1\r\nFROM a\r\n# line 2\r\nRUN <<EOF\r\nFROM b\r\nEOF\r\n',
  );
  t.is(numbered('FROM a\nRUN x \\\n# no\n y\n'), '# line 1\nFROM a\n# line 2\nRUN x \\\n# no\n y\n');
});
