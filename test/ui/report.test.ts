import test from 'ava';
import { LivepushError } from '../../src/errors.js';
import { reportError } from '../../src/ui/report.js';

const quietly = { verbose: false };

test('an error is told with its cause and its hint, without a stack', (t) => {
  const cause = new Error('connect ENOENT /run/x.sock\n    more');
  const error = new LivepushError('engine-unreachable', 'No Docker engine answered.', { hint: 'Start Docker.', cause });
  t.is(
    reportError(error, quietly),
    'error: No Docker engine answered.\ncause: connect ENOENT /run/x.sock\nhint: Start Docker.',
  );
});

test('a cause that the message quotes already is not repeated', (t) => {
  const error = new LivepushError('compose-file', 'Compose says: bad file', { cause: new Error('bad file') });
  t.is(reportError(error, quietly), 'error: Compose says: bad file');
});

test('the stacks of an error and its cause are shown on request', (t) => {
  const text = reportError(new LivepushError('usage', 'Wrong.', { cause: new Error('inner') }), { verbose: true });
  t.regex(text, /^error: Wrong\.\ncause: inner\nLivepushError: Wrong\.\n {4}at .*\[cause\]: Error: inner\n {6}at /s);
});

test('a bug always comes with its stack', (t) => {
  for (const bug of [new TypeError('x is not a function'), new LivepushError('internal', 'x is not a function')]) {
    t.regex(
      reportError(bug, quietly),
      /^error: This should not have happened: x is not a function\n.*\n {4}at .*report/s,
    );
  }
});

test('something thrown that is no error is still told', (t) => {
  t.regex(reportError('just text', quietly), /^error: This should not have happened: just text\n/);
});
