import { text } from 'node:stream/consumers';
import test from 'ava';
import { readText } from '../../src/docker/read-text.js';
import { packEntries } from '../../src/docker/tar.js';
import { RecordingEngine } from '../helpers/recording-engine.js';

test('calls are recorded as lines', async (t) => {
  const engine = new RecordingEngine();
  const container = engine.container('c1');
  await container.stat('/app');
  await container.restart();
  await engine.removeImage('i');
  t.deepEqual(engine.calls, ['c1 stat /app', 'c1 restart', 'remove image i']);
});

test('files that are put can be looked at and taken out again', async (t) => {
  const engine = new RecordingEngine({ files: { '/app/a': { kind: 'file', content: 'old' } } });
  const container = engine.container('c1');
  await container.putArchive(
    '/app',
    packEntries([
      { kind: 'file', path: 'a', mode: 0o600, uid: 1, gid: 2, content: Buffer.from('new') },
      { kind: 'link', path: 'l', mode: 0o777, uid: 0, gid: 0, target: 'a' },
    ]),
  );
  t.deepEqual(engine.calls, ['c1 put /app: file a 600 1:2, link l 777 0:0']);
  t.deepEqual(container.files.get('/app/a'), { kind: 'file', content: 'new', mode: 0o600 });
  t.like(await container.stat('/app'), { kind: 'directory' });
  t.like(await container.stat('/app/l'), { kind: 'link', linkTarget: '/app/a' });
  t.is(await container.stat('/none'), undefined);
  t.is(await readText(container, '/app/a'), 'new');
});

test('processes follow the script', async (t) => {
  const engine = new RecordingEngine({
    exec: ({ argv }, { stdout }) => {
      stdout.write(`ran ${argv[0]}`);
      return 3;
    },
  });
  const { stdout, stderr, exit } = await engine.container('c1').exec({ argv: ['make', 'all'] });
  stderr.resume();
  t.is(await text(stdout), 'ran make');
  t.is(await exit, 3);
  t.deepEqual(engine.calls, ['c1 exec make all']);
});

test('a call can be made to fail', async (t) => {
  const engine = new RecordingEngine({
    before: (call) => {
      if (call.endsWith('restart')) throw new Error('no');
    },
  });
  await t.throwsAsync(engine.container('c1').restart(), { message: 'no' });
});
