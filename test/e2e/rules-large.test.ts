import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { runIn } from '../helpers/real-container.js';
import { makeUpProject } from '../helpers/up-project.js';

const MEGABYTE = 1024 * 1024;
const LARGE = 300 * MEGABYTE;
/** Too large to be kept in memory between looking at it and copying it. */
const STAGED = 60 * MEGABYTE;
const END = 'the end';

/** Bytes of memory that a process has now, and at most had so far. */
async function memoryOf(pid: number): Promise<{ now: number; most: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
  return { now: field('VmRSS'), most: field('VmHWM') };
}

/** A file with a few words at its end, and nothing that takes room on the disk before. */
async function writeLarge(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w');
  await file.write(END, bytes - END.length);
  await file.close();
}

test('a file of 300 MB, and 100 MB of output, take little memory', async (t) => {
  t.timeout(400_000);
  const project = await makeUpProject({
    'compose.yaml': 'services: {web: {build: ., init: true, network_mode: none}}\n',
    Dockerfile: [
      'FROM busybox:1.37 AS stage',
      'COPY staged /staged/',
      'FROM busybox:1.37',
      'COPY big /big/',
      'COPY --from=stage /staged /staged/',
      'COPY flood /flood',
      'RUN if grep -q yes /flood; then yes "a line of some length, as a compiler would print it" | head -c 104857600; fi',
      'CMD ["sleep", "100000"]',
      '',
    ].join('\n'),
    'big/small': '1',
    'staged/small': '1',
    flood: 'no',
  });
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  const before = await memoryOf(up.pid);

  let since = up.mark();
  await writeLarge(join(project.folder, 'big', 'file'), LARGE);
  t.is((await up.push('web', since)).outcome, 'done');
  since = up.mark();
  await writeLarge(join(project.folder, 'staged', 'file'), STAGED);
  t.is((await up.push('web', since)).outcome, 'done');
  const look = 'stat -c %s /big/file /staged/file; tail -qc 7 /big/file /staged/file';
  const { stdout } = await runIn(await project.container('web'), ['sh', '-c', look]);
  t.is(stdout, `${LARGE}\n${STAGED}\n${END}${END}`);
  const pushed = await memoryOf(up.pid);
  t.log(`${Math.round((pushed.most - before.now) / MEGABYTE)} MB more for large files`);
  t.true(pushed.most - before.now < 150 * MEGABYTE);

  since = up.mark();
  project.write('flood', 'yes');
  t.is((await up.push('web', since)).outcome, 'done');
  const flooded = await memoryOf(up.pid);
  t.log(`${Math.round((flooded.most - before.now) / MEGABYTE)} MB more after a flood of output`);
  t.true(flooded.most - before.now < 150 * MEGABYTE);
  const printed = up.all('commandOutput', since).reduce((sum, { data }) => sum + data.length, 0);
  t.is(printed, 100 * MEGABYTE);
  t.is(await up.stop(), 130);
});
