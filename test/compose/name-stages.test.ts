import test from 'ava';
import { nameStages, targetOf } from '../../src/compose/name-stages.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';

const named = (text: string): string => nameStages(parseDockerfile(text, 'Dockerfile').dockerfile);

test('Only stages without a name get one.', (t) => {
  t.is(
    named('FROM a\nRUN x\nFROM b as B\nFROM c\n'),
    'FROM a AS livepush-stage-0\nRUN x\nFROM b as B\nFROM c AS livepush-stage-2\n',
  );
});

test('The name stands at the end of a FROM that goes over several lines.', (t) => {
  t.is(named('FROM \\\n # why\n a\nRUN x\n'), 'FROM \\\n # why\n a AS livepush-stage-0\nRUN x\n');
  t.is(named('FROM a \\\n\n'), 'FROM a AS livepush-stage-0 \\\n\n');
  t.is(named('# escape=`\nFROM `\n a `'), '# escape=`\nFROM `\n a AS livepush-stage-0 `');
});

test('Line ends and blanks at the end of a line are kept.', (t) => {
  t.is(named('FROM a\r\nRUN x\r\n'), 'FROM a AS livepush-stage-0\r\nRUN x\r\n');
  t.is(named('FROM a  '), 'FROM a AS livepush-stage-0  ');
});

test('The target of a stage is its name, or the one that it is given.', (t) => {
  t.is(targetOf({ index: 1, name: 'Builder' }), 'Builder');
  t.is(targetOf({ index: 1, name: undefined }), 'livepush-stage-1');
});
