import { join } from 'node:path';
import test from 'ava';
import Docker from 'dockerode';
import Default, {
  ContainerNotRunningError,
  InvalidArgumentError,
  Livepush,
  LivepushError,
  RuntimeError,
  UnsupportedError,
} from '../../src/index.js';
import { RebuildRequiredError } from '../../src/livepush/errors.js';
import { tempContext } from '../watch/temp-context.js';

const nowhere = new Docker({ socketPath: '/nowhere/docker.sock' });
const common = { containerId: 'c', stageImages: [], docker: nowhere };
const SINGLE =
  'FROM busybox\nWORKDIR /app\nCOPY src/ src/\nCOPY *.json ./\nRUN --mount=type=bind,source=lib,target=/l ls /l\n';

test('the class is the default export, too', (t) => {
  t.is(Default, Livepush);
});

test('a wrong number of stage images is told with both numbers', async (t) => {
  const { root } = await tempContext(t);
  const dockerfileContent = 'FROM a AS one\nFROM b AS two\nFROM c\nCOPY --from=two x x\n';
  const error = await t.throwsAsync(
    Livepush.init({ ...common, context: root, dockerfileContent, stageImages: ['x'] }),
    {
      instanceOf: InvalidArgumentError,
    },
  );
  t.regex(error.message, /3 stages.*needs 2.*has 1/);
  await t.throwsAsync(Livepush.init({ ...common, context: root, dockerfileContent: SINGLE, stageImages: ['x'] }), {
    message: /1 stage, so that stageImages needs 0 image ids, but it has 1/,
  });
});

test('a context that is not there is told', async (t) => {
  const context = '/nowhere/context';
  await t.throwsAsync(Livepush.init({ ...common, context, dockerfileContent: SINGLE }), {
    instanceOf: InvalidArgumentError,
    message: /\/nowhere\/context/,
  });
});

test('a push is needed for what a step reads and the ignore file lets through', async (t) => {
  const { root, write } = await tempContext(t, 'src/a', 'src/deep/b', 'src/log/x', 'lib/c', 'package.json', 'other/d');
  await write('.dockerignore', 'src/log\n');
  const livepush = await Livepush.init({ ...common, context: root, dockerfileContent: SINGLE });
  const needed = (...paths: string[]) => livepush.livepushNeeded(paths, []);
  for (const path of ['src/a', './src/new', 'src/deep', 'src', 'new.json', 'lib/c', '', '.', '.dockerignore']) {
    t.true(needed(path), path);
    t.true(livepush.livepushNeeded([], [path]), path);
  }
  t.true(needed(join(root, 'src', 'a')));
  for (const path of ['other/d', 'src/log/x', 'src/log', 'deep/new.json', '../src/a', '/etc/passwd', 'Dockerfile']) {
    t.false(needed(path), path);
  }
  t.false(needed());
});

test('without an engine an instance can be made, and a push says what is missing', async (t) => {
  const { root, write } = await tempContext(t, 'src/a');
  const livepush = await Livepush.init({ ...common, context: root, dockerfileContent: Buffer.from(SINGLE) });
  await write('src/a', '2');
  const error = await t.throwsAsync(livepush.performLivepush(['src/a'], []), { instanceOf: RuntimeError });
  t.is(error.code, 'engine-unreachable');
  t.regex(error.message, /\/nowhere\/docker\.sock/);
  await livepush.cancel();
  await livepush.cleanupIntermediateContainers();
  await livepush.cleanupIntermediateContainers();
  await t.throwsAsync(livepush.performLivepush(['src/a'], []), { instanceOf: ContainerNotRunningError });
});

test('build arguments that cannot be expanded are refused, and those before stay', async (t) => {
  const { root } = await tempContext(t, 'a', 'b');
  const dockerfileContent = 'FROM busybox\nARG SOURCE=a\nCOPY $' + '{SOURCE:?none} /\n';
  const livepush = await Livepush.init({ ...common, context: root, dockerfileContent });
  const needed = (path: string) => livepush.livepushNeeded([path], []);
  t.deepEqual(['a', 'b'].map(needed), [true, false]);
  livepush.setBuildArgs({ SOURCE: 'b' });
  t.deepEqual(['a', 'b'].map(needed), [false, true]);
  t.throws(() => livepush.setBuildArgs({ SOURCE: '' }), { name: 'DockerfileParseError' });
  t.deepEqual(['a', 'b'].map(needed), [false, true]);
});

test('every error is a LivepushError that knows its name', (t) => {
  const rebuild = new RebuildRequiredError('an unknown flag');
  t.true(rebuild instanceof UnsupportedError && rebuild instanceof LivepushError);
  t.is(rebuild.name, 'RebuildRequiredError');
  t.is(rebuild.message, 'The image has to be built anew: an unknown flag.');
  t.is(new ContainerNotRunningError('x').code, 'container-lost');
});
