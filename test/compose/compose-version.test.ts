import test from 'ava';
import { checkComposeVersion } from '../../src/compose/compose-version.js';
import { LivepushError } from '../../src/errors.js';

for (const version of ['2.24.0', 'v2.24.5', '2.26.1-4', '2.30.0-desktop.1', '5.0.1', 'dev']) {
  test(`Compose ${version} is accepted.`, (t) => {
    t.notThrows(() => checkComposeVersion(`${version}\n`));
  });
}

for (const version of ['2.23.3', '2.2.3', 'v1.29.2']) {
  test(`Compose ${version} is too old.`, (t) => {
    const error = t.throws(() => checkComposeVersion(`${version}\n`), { instanceOf: LivepushError });
    t.is(error?.code, 'compose-missing');
    t.is(error?.message, `Compose ${version} is too old.`);
    t.regex(error?.hint ?? '', /2\.24 or later/);
  });
}
