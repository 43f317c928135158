import test from 'ava';
import { composeFailure } from '../../src/compose/compose-failure.js';
import type { LivepushErrorCode } from '../../src/errors.js';

interface Said {
  readonly command?: string;
  readonly exitCode?: number | null;
  readonly files?: readonly string[];
  readonly output?: string;
}

function failure(text: string, { command = 'config', exitCode = 1, files = [], output = '' }: Said = {}) {
  const lines = { errorLines: text.split('\n'), outputLines: output.split('\n') };
  return composeFailure({ command, exitCode, cwd: '/srv/shop', files, ...lines });
}

const codes: readonly (readonly [LivepushErrorCode, string, Said?])[] = [
  ['compose-missing', "docker: 'compose' is not a docker command.\nSee 'docker --help'"],
  ['compose-missing', "docker: unknown command: docker compose\n\nRun 'docker --help' for more information"],
  ['compose-missing', 'unknown flag: --ansi\nSee docker --help.', { exitCode: 125 }],
  [
    'engine-unreachable',
    'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
    { command: 'up' },
  ],
  [
    'engine-unreachable',
    'error during connect: Head "http://x:2375/_ping": dial tcp: no such host',
    { command: 'build' },
  ],
  ['engine-unreachable', 'permission denied while trying to connect to the Docker daemon socket', { command: 'build' }],
  ['usage', 'Failed to initialize: unable to resolve docker endpoint: context "x": context not found'],
  ['usage', 'no such service: wbe'],
  ['usage', 'invalid project name "A b": must consist only of lowercase'],
  ['usage', "Couldn't find env file: /srv/shop/nope"],
  ['compose-file', 'no configuration file provided: not found', { exitCode: 14 }],
  ['compose-file', 'yaml: line 2: did not find expected key', { exitCode: 15 }],
  ['compose-file', 'services must be a mapping', { command: 'up', exitCode: 15 }],
  ['build-failed', 'failed to solve: process "/bin/sh -c false" did not complete', { command: 'build', exitCode: 17 }],
  ['build-failed', 'failed to solve: process "/bin/sh -c false" did not complete', { command: 'up', exitCode: 17 }],
  ['up-failed', 'Error response from daemon: No such image: shop/web', { command: 'up' }],
  ['engine-error', 'Error response from daemon: oh', { command: 'stop' }],
];

for (const [code, text, said] of codes) {
  test(`"${text.split('\n')[0]}" of ${said?.command ?? 'config'} is ${code}.`, (t) => {
    t.is(failure(text, said).code, code);
  });
}

test('A missing compose file names the folder and says what to do.', (t) => {
  const { message, hint } = failure('no configuration file provided: not found', { exitCode: 14 });
  t.is(message, 'There is no compose file in /srv/shop or above it.');
  t.regex(hint ?? '', /-f/);
});

test('A compose file that cannot be read is named once, relative to the folder.', (t) => {
  const files = ['/srv/shop/compose.yaml'];
  const said = 'validating /srv/shop/compose.yaml: services.a Additional property imag is not allowed';
  const message = 'Compose cannot read compose.yaml: services.a Additional property imag is not allowed.';
  t.is(failure(said, { exitCode: 15, files }).message, message);
  for (const yaml of ['yaml: line 2: oh', 'failed to parse /srv/shop/compose.yaml: yaml: line 2: oh']) {
    t.is(failure(yaml, { exitCode: 15, files }).message, 'Compose cannot read compose.yaml: line 2: oh.');
  }
  const several = [...files, '/srv/shop/more.yaml'];
  t.is(
    failure('yaml: line 2: oh', { exitCode: 15, files: several }).message,
    'Compose cannot read the project: line 2: oh.',
  );
});

test('A failed build names the step.', (t) => {
  const output = '#6 ERROR: oh\n------\n > [web 2/2] RUN make all:\n0.1 err\n------';
  const said = 'failed to solve: process "/bin/sh -c make all" did not complete successfully: exit code: 2';
  const { message } = failure(said, { command: 'build', exitCode: 17, output });
  t.is(
    message,
    'The build failed at [web 2/2] RUN make all: process "/bin/sh -c make all" did not complete successfully: exit code: 2.',
  );
});

test('A failed build of bake is told without the lines of the Dockerfile.', (t) => {
  const reason = 'process "/bin/sh -c exit 3" did not complete successfully: exit code: 3';
  const rule = '--------------------';
  const excerpt = ['broken:2', '', rule, '   1 |     FROM busybox', '   2 | >>> RUN exit 3', '   3 |     ', rule, ''];
  for (const said of [`target web: failed to solve: ${reason}`, `failed to solve: ${reason}`]) {
    const { message } = failure([...excerpt, said].join('\n'), { command: 'build', exitCode: 1 });
    t.is(message, `The build failed: ${reason}.`);
  }
});

test('Warnings and progress are no part of what went wrong.', (t) => {
  const lines = [
    'time="2026-01-02T03:04:05Z" level=warning msg="The \\"X\\" variable is not set."',
    ' Network shop_default  Creating',
    ' Network shop_default  Created',
    ' Container shop-web-1  Starting',
    ' Container shop-web-1  Error response from daemon: port is already allocated',
    'Error response from daemon: port is already allocated',
  ];
  const { message } = failure(lines.join('\n'), { command: 'up' });
  t.is(message, 'The project did not start: Error response from daemon: port is already allocated.');
});

test('A command that said nothing is told by its end.', (t) => {
  t.is(failure('', { command: 'stop', exitCode: 3 }).message, 'docker compose stop failed: it ended with code 3.');
  t.is(failure('', { command: 'up', exitCode: null }).message, 'The project did not start: it was ended by a signal.');
});

test('A failed build of a helper names the service, and a build that reached nobody says so.', (t) => {
  const output =
    '------\n > [web-livepush-lower-0 2/2] RUN wget http://mirror/x:\n0.1 wget: bad address mirror\n------';
  const said = 'failed to solve: process "/bin/sh -c wget http://mirror/x" did not complete successfully: exit code: 1';
  const { message, hint } = failure(said, { command: 'build', exitCode: 17, output });
  t.true(message.startsWith('The build failed at [web 2/2] RUN wget http://mirror/x: '), message);
  t.regex(hint ?? '', /network/);
  const pull = 'failed to solve: x: failed to do request: Head "https://r/v2/": dial tcp: lookup r: no such host';
  t.regex(failure(pull, { command: 'build', exitCode: 17 }).hint ?? '', /network/);
  t.notRegex(failure('failed to solve: oh', { command: 'build', exitCode: 17 }).hint ?? '', /network/);
});

test('A key that compose does not know may be one of a newer compose.', (t) => {
  const of = (said: string) => failure(said, { exitCode: 15, files: ['/srv/shop/compose.yaml'] }).hint ?? '';
  t.regex(
    of('validating /srv/shop/compose.yaml: (root) Additional property models is not allowed'),
    /If models is right/,
  );
  t.regex(
    of("validating /srv/shop/compose.yaml: services.a additional properties 'provider' not allowed"),
    /If provider/,
  );
  t.notRegex(of('yaml: line 2: oh'), /newer/);
});
