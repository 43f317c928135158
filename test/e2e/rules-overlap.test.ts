import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { docker } from '../helpers/docker-command.js';
import { runIn } from '../helpers/real-container.js';
import { type RuleCase, type Seen, testRules } from '../helpers/rule-cases.js';

/** Command lines of the processes in the service's containers and those that steps run in, whoever started them. */
async function processes({ containers, project }: Seen): Promise<string[]> {
  const helpers = await project.engine.listContainers([`docker-livepush=${project.name}`]);
  const running = helpers.filter(({ state }) => state === 'running');
  const all = await Promise.all(
    [...(await containers()), ...running].map(({ id }) => docker('top', id, '-eo', 'args')),
  );
  return all.flatMap(({ stdout }) => stdout.trim().split('\n').slice(1));
}

/** Waits until a step has printed this since the edit. */
async function printed({ project, events }: Seen, text: string): Promise<void> {
  const isIt = (event: ReturnType<Seen['events']>[number]): boolean =>
    event.type === 'commandOutput' && event.data.includes(text);
  await project.until(() => events().find(isIt), { what: `a step to print ${text}` });
}

/** Nothing is left of a step that was cancelled, and it did not end by itself. */
async function nothingLeft(t: ExecutionContext, seen: Seen): Promise<void> {
  const sleeping = (await processes(seen)).filter((line) => /sleep (?:298|299|300)/.test(line));
  t.deepEqual(sleeping, []);
  t.true(seen.events().some(({ type }) => type === 'cancel'));
}

/** A step that hangs until an edit of what it works on, with processes of its own beside and below it. */
const hanging = (from: string, user: string): RuleCase => ({
  dockerfile: [
    `FROM ${from}`,
    'RUN mkdir -p /out && chmod 1777 /out',
    'COPY early /early',
    `USER ${user}`,
    'COPY a /a',
    'RUN if grep -q slow /a; then sleep 300 & (sleep 299; true) & echo hangs; sleep 298; fi; cat /early /a >/out/built',
    'COPY late /late',
  ],
  tree: { a: '1', early: '1', late: '1' },
  edits: [
    {
      change: { a: 'slow' },
      act: async (seen) => {
        await printed(seen, 'hangs');
        // no step that runs reads it
        await writeFile(join(seen.context, 'late'), '2');
        await writeFile(join(seen.context, 'a'), 'fast');
      },
      check: nothingLeft,
    },
    {
      change: { a: 'slow again' },
      act: async (seen) => {
        await printed(seen, 'hangs');
        await writeFile(join(seen.context, 'early'), '3');
        await writeFile(join(seen.context, 'a'), 'quick');
      },
      check: nothingLeft,
    },
  ],
});

const MEGABYTE = 1024 * 1024;

testRules(
  {
    'an edit ends a running step: busybox, root': hanging('busybox:1.37', '0'),
    'an edit ends a running step: busybox, not root': hanging('busybox:1.37', '1000:1000'),
    'an edit ends a running step: Debian, root': hanging('debian:bookworm-slim', 'root'),
    'an edit ends a running step: Debian, not root': hanging('debian:bookworm-slim', 'nobody'),
    'edits in different stages one after the other are all live in the end': {
      dockerfile: [
        'FROM busybox:1.37 AS one',
        'COPY a /a',
        'RUN cat /a >/made',
        'FROM busybox:1.37 AS two',
        'COPY b /b',
        'RUN echo runs; sleep 1; cat /b >/made',
        'FROM busybox:1.37',
        'COPY --from=one /made /one',
        'COPY --from=two /made /two',
        'COPY c /c',
        'RUN cat /one /two /c >/all',
      ],
      tree: { a: '1', b: '1', c: '1' },
      edits: [
        {
          change: { b: '2' },
          act: async (seen) => {
            await printed(seen, 'runs');
            await writeFile(join(seen.context, 'a'), '2');
          },
        },
        {
          change: { b: '3' },
          act: async (seen) => {
            await printed(seen, 'runs');
            await writeFile(join(seen.context, 'c'), '3');
          },
        },
        { change: { a: '4' }, act: async ({ context }) => writeFile(join(context, 'b'), '4') },
      ],
    },
    'a replica of a service that is cancelled is merged like the others': {
      dockerfile: ['COPY a /a', 'RUN echo runs; if grep -q slow /a; then sleep 297; fi; cat /a >/b', 'COPY c /c'],
      tree: { a: '1', c: '1' },
      service: () => ({ deploy: { replicas: 2 } }),
      edits: [
        {
          change: { a: 'slow' },
          act: async (seen) => {
            await printed(seen, 'runs');
            await writeFile(join(seen.context, 'c'), '2');
            await writeFile(join(seen.context, 'a'), '2');
          },
        },
      ],
    },
    'a file that vanishes while it is pushed is gone': {
      dockerfile: ['COPY d /d/', 'RUN ls /d >/list'],
      tree: { 'd/a': '1' },
      edits: [
        {
          change: { 'd/a': '2' },
          act: async (seen) => {
            const big = join(seen.context, 'd', 'big');
            await writeSparse(big, 80 * MEGABYTE);
            await seen.project.until(
              () => seen.events().find((event) => event.type === 'livepushStart' && event.changed.includes('d/big')),
              { what: 'the push of a large file' },
            );
            await rm(big);
          },
        },
        { change: { 'd/a': '3' } },
      ],
    },
    'a file that grows and shrinks while it is pushed ends as it is': {
      dockerfile: ['COPY d /d/'],
      tree: { 'd/a': '1' },
      edits: [
        {
          change: { 'd/a': '2' },
          act: async ({ context }) => {
            for (let size = 1; size < 12; size++) await writeFile(join(context, 'd', 'grows'), 'x'.repeat(size * 1000));
            await writeFile(join(context, 'd', 'grows'), 'short');
          },
        },
      ],
    },
    'a full disk stops the push with an event, and the next edit heals it': {
      // a restart would mount the volume anew, and empty
      dockerfile: ['#dev-cmd-live=["sleep", "100000"]', 'COPY d /data/', 'COPY after /after'],
      live: ['COPY d /data/', 'COPY after /after'],
      tree: { 'd/small': '1', after: '1' },
      service: () => ({ volumes: ['full:/data'] }),
      without: /^\/data[/:]/,
      edits: [
        {
          change: {},
          act: ({ context }) => writeSparse(join(context, 'd', 'big'), 8 * MEGABYTE),
          outcome: 'failed',
          builds: true,
          check: (t, { project, service }) => {
            const told = project.events.find((event) => event.type === 'diagnostic' && event.service === service);
            t.regex(JSON.stringify(told), /no space left/i);
          },
        },
        {
          change: { 'd/big': null, 'd/small': '2', after: '2' },
          restart: false,
          check: async (t, { containers }) => {
            const [container] = await containers();
            if (!container) throw new Error('There is no container.');
            t.is((await runIn(container, ['sh', '-c', 'ls /data; cat /data/small'])).stdout, 'small\n2');
          },
        },
      ],
    },
  },
  { volumes: { full: { driver_opts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' } } } },
);

async function writeSparse(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w');
  await file.truncate(bytes);
  await file.close();
}
