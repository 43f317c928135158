import test from 'ava';
import { withWholeContext } from '../../src/compose/whole-context.js';

test('a stage is built with all that the sources name', (t) => {
  t.is(
    withWholeContext('FROM busybox AS a\nCOPY x /x\n\n', 'a', ['x', '', 'd/*.js', 'x']),
    [
      'FROM busybox AS a',
      'COPY x /x',
      'FROM scratch AS livepush-context',
      'COPY ["x","/0/"]',
      'COPY [".","/1/"]',
      'COPY ["d/*.js","/2/"]',
      'FROM a AS livepush-whole',
      'COPY --from=livepush-context ["/no-such-file-*", "/"]',
      '',
    ].join('\n'),
  );
});

test('a source that would be read as something else is left out', (t) => {
  t.notRegex(withWholeContext('FROM busybox AS a\n', 'a', ['$x', 'a"b', "c'd", 'e\\f']), /COPY \[/);
});
