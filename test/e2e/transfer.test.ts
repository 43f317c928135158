import test from 'ava';
import type { Container } from '../../src/docker/engine.js';
import type { TarEntry } from '../../src/docker/tar-entry.js';
import type { Stage } from '../../src/dockerfile/model.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';
import { transfer } from '../../src/engine/operations/transfer.js';
import { Target } from '../../src/engine/target.js';
import { LivepushError } from '../../src/errors.js';
import { realEngine, runIn, withRunning } from '../helpers/real-container.js';

const engine = realEngine();
test.after.always(() => engine.close());

const DEBIAN = { image: 'debian:bookworm-slim' };
const options = { buildArgs: {}, additionalContexts: [], baseConfig: () => undefined };
const [stage] = resolveStages(parseDockerfile('FROM debian\n', 'Dockerfile').dockerfile, options).stages as [Stage];

const targetOf = (container: Container): Target =>
  new Target({ name: container.id, stage, final: true, open: async () => container });

const root = { uid: 0, gid: 0 };
const when = new Date(1_700_000_000_123);
const file = (path: string, more: Partial<Extract<TarEntry, { kind: 'file' }>> = {}): TarEntry =>
  ({ kind: 'file', path, mode: 0o644, ...root, mtime: when, content: Buffer.from(path), ...more }) as TarEntry;

/** Enough for the container's own tar, and all that could be told apart by who unpacks it. */
const members = (): TarEntry[] => [
  { kind: 'directory', path: 't', mode: 0o755, ...root, mtime: when },
  { kind: 'directory', path: 't/closed', mode: 0o700, uid: 1000, gid: 2000, mtime: when },
  file('t/closed/in', { mode: 0o400, uid: 1000, gid: 2000 }),
  { kind: 'directory', path: 't/sticky', mode: 0o3777, ...root, mtime: when },
  file('t/setuid', { mode: 0o6755 }),
  file('t/nothing-allowed', { mode: 0 }),
  file('t/large-owner', { uid: 4_000_000, gid: 4_000_001 }),
  file('t/missing/parents/here'),
  file(`t/${'long/'.repeat(40)}name`),
  file('t/grün \n"\\ -x'),
  file('t/-dash'),
  file('t/replaced', { content: Buffer.from('new') }),
  file('t/was-link'),
  file('t/linked/through'),
  { kind: 'link', path: 't/link', mode: 0o777, ...root, target: '/etc/../nowhere' },
  { kind: 'link', path: 't/was-file', mode: 0o777, ...root, target: '../up' },
  ...Array.from({ length: 500 }, (_, i) => file(`t/many/${i % 7}/${i}`)),
];

const prepare =
  'mkdir -p /t/real /t/many/3; echo old >/t/replaced; chmod 600 /t/replaced; echo old >/t/was-file; ' +
  'ln -s /etc/passwd /t/was-link; ln -s real /t/linked; chown 7:7 /t/many/3; exec 3</t/replaced';
/** Directories that nobody names are as old as the unpacking. */
const list =
  'cd /t && find . -type f -printf "%p %m %U:%G %s %T@\\n" | sort; find . -type d -printf "%p %m %U:%G\\n" | sort; ' +
  'stat -c "%n %Y" closed sticky; find . -type l -printf "%p %U:%G %l\\n" | sort; ' +
  'find . -type f -exec md5sum {} + | sort; md5sum </etc/passwd';

/** What there is after an archive was unpacked by the container's own tar, or by the engine. */
async function unpacked(container: Container, unpacks: boolean): Promise<string> {
  await runIn(container, ['sh', '-c', prepare]);
  const target = targetOf(container);
  target.unpacks = unpacks;
  await transfer(target, { count: members().length, entries: members });
  if (target.unpacks !== unpacks) throw new Error('The container has not unpacked it.');
  return (await runIn(container, ['sh', '-c', list])).stdout;
}

test("the container's own tar leaves what the engine would", async (t) => {
  await withRunning(engine, DEBIAN, async (inside) => {
    await withRunning(engine, DEBIAN, async (outside) => {
      const [own, engines] = await Promise.all([unpacked(inside, true), unpacked(outside, false)]);
      t.true(own.split('\n').length > 1000);
      const [mine, theirs] = [own.split('\n'), engines.split('\n')];
      const differing = (lines: readonly string[], others: readonly string[]) =>
        lines.filter((line) => !others.includes(line));
      t.deepEqual(differing(mine, theirs), differing(theirs, mine));
    });
  });
});

test('where there is no tar that can, the engine unpacks, and the next time at once', async (t) => {
  await withRunning(engine, {}, async (container) => {
    const target = targetOf(container);
    await transfer(target, { count: members().length, entries: members });
    t.false(target.unpacks);
    t.is((await runIn(container, ['sh', '-c', 'find /t/many -type f | wc -l'])).stdout.trim(), '500');
  });
});

test('a file that cannot be read is the fault of neither, and is named', async (t) => {
  await withRunning(engine, DEBIAN, async (container) => {
    const target = targetOf(container);
    const gone = (): Buffer => {
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    };
    const entries = () => [
      ...members(),
      { kind: 'file' as const, path: 't/gone', mode: 0o644, ...root, size: 3, read: gone },
    ];
    const fault = await t.throwsAsync(transfer(target, { count: 600, entries }), { instanceOf: LivepushError });
    t.is(fault.code, 'context-file');
    t.regex(fault.message, /t\/gone/);
    t.true(target.unpacks);
  });
});
