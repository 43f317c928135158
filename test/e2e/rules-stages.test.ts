import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { runIn } from '../helpers/real-container.js';
import { type Seen, testRules } from '../helpers/rule-cases.js';

const link = (target: string) => ({ link: target });
const directory = (mode: number) => ({ directory: mode });

/** Numbers of the stages in which commands have run since the edit, without repetition. */
const stagesOf = ({ events }: Seen): number[] => [
  ...new Set(events().flatMap((event) => (event.type === 'commandExecute' ? [event.stageIdx] : []))),
];

const numbers = Array.from({ length: 12 }, (_, index) => index + 1);

/** Everything below a folder of the host: modes, times and contents. */
async function listing(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true });
  const lines = found.sort().map(async (path) => {
    const stats = await lstat(join(folder, path));
    const content = stats.isFile() ? await readFile(join(folder, path), 'utf8') : '';
    return [path, stats.mode.toString(8), stats.uid, stats.isFile() ? stats.mtimeMs : '', content].join(' ');
  });
  return Promise.all(lines);
}

const hostFolders = new Map<string, string[]>();

testRules({
  'a stage with a link to what only other stages copy': {
    dockerfile: [
      'FROM busybox:1.37 AS some',
      'COPY s* /v/',
      'RUN ls /v >/list',
      'COPY s* /w/',
      'FROM busybox:1.37',
      'COPY . /app/',
      'COPY --from=some /list /v /w /',
    ],
    tree: { 's/a': '1', 's/l': link('/d'), 'd/x': '1' },
    edits: [{ change: { 's/a': '2', 'd/x': '2' } }, { change: { 's/b': '1', 's/a': null, 'd/x': null, 'd/y': '1' } }],
  },
  'COPY --from brings files, directories, patterns and links with their owners and modes': {
    dockerfile: [
      'FROM busybox:1.37 AS src',
      'COPY --chown=5:6 s /s/',
      'RUN ln -sfn a /s/l && ln -sfn d /s/ld && mkdir -p /s/e && chmod 1750 /s/e && chown 0:8 /s/e',
      'FROM busybox:1.37',
      'RUN echo bob:x:1001:1002::/:/bin/sh >>/etc/passwd && mkdir -p -m 700 /dir/d',
      'COPY --from=src /s/a /one',
      'COPY --from=src s /dir/',
      'COPY --from=src /s/*.txt /s/?x /globs/',
      'COPY --from=src --chown=bob --chmod=0604 /s /own/it/',
      'COPY --from=src /s/l /s/ld /links/',
      'RUN find /own | sort >/found',
    ],
    tree: { 's/a': '1', 's/x.txt': '1', 's/y.txt': '1', 's/d/f': '1', 's/dx/g': '1' },
    edits: [
      { change: { 's/a': '2', 's/z.txt': { content: '1', mode: 0o4711 } } },
      { change: { 's/x.txt': null, 's/d/f': null, 's/d/g': '1' } },
      { change: { 's/dx': 'a file by now', 's/y.txt': { directory: 0o700 }, 's/y.txt/in': '1' } },
      { change: { 's/d': { mode: 0o711 }, 's/ln': link('nowhere'), 's/z.txt': null } },
    ],
  },
  'what vanishes goes down a chain of stages': {
    dockerfile: [
      'FROM busybox:1.37 AS one',
      'WORKDIR /w',
      'COPY a a/',
      'FROM busybox:1.37 AS two',
      'COPY --from=one /w /two/',
      'COPY b /two/b/',
      'RUN find /two ! -name list | sort >/two/list',
      'FROM busybox:1.37',
      'COPY --from=two /two /three/',
      'COPY --from=one /w/a/ /direct/',
      'RUN rm -rf /copy && cp -a /three /copy',
    ],
    tree: { 'a/x': '1', 'a/s/y': '1', 'b/z': '1', 'a/keep': '1', 'b/keep': '1' },
    edits: [
      { change: { 'a/s': null }, check: (t, seen) => void t.deepEqual(stagesOf(seen), [1, 2]) },
      { change: { 'b/z': null, 'b/n/e/w': '1' } },
      { change: { 'a/x': { directory: 0o700 }, 'a/s': 'file' } },
    ],
  },
  'an edit in a stage that another is built from reaches both': {
    dockerfile: [
      'FROM busybox:1.37 AS base',
      'ENV FROM_BASE=1',
      'WORKDIR /base',
      'COPY shared .',
      'RUN cat x >made',
      'FROM base AS build',
      'COPY b b/',
      'RUN (cat made b/*; env | sort) >/out',
      'FROM base',
      'COPY --from=build /out /out',
      'COPY own .',
      'RUN (cat made own; pwd) >/all',
    ],
    tree: { 'shared/x': '1', 'shared/own': 'from shared', own: '1', 'b/f': '1' },
    edits: [
      { change: { 'shared/x': '2' }, check: (t, seen) => void t.deepEqual(stagesOf(seen), [1, 2]) },
      { change: { 'b/f': '2' } },
      { change: { own: '2' }, check: (t, seen) => void t.deepEqual(stagesOf(seen), [2]) },
    ],
  },
  'stages are named without regard to case, and by number': {
    dockerfile: [
      'FROM busybox:1.37 AS Builder',
      'COPY a /a',
      'from busybox:1.37 as other',
      'COPY --from=BUILDER /a /b',
      'COPY b /c',
      'FROM busybox:1.37',
      'COPY --from=0 /a /by-number',
      'COPY --from=builder /a /by-name',
      'COPY --from=Other /b /c /other/',
      'COPY --from=1 /c /last',
    ],
    tree: { a: '1', b: '1' },
    edits: [{ change: { a: '2' } }, { change: { b: '2' } }],
  },
  'more than ten stages': {
    dockerfile: [
      ...['FROM busybox:1.37 AS s0', 'COPY a /f'],
      ...numbers.flatMap((n) => [
        `FROM busybox:1.37 AS s${n}`,
        `COPY --from=s${n - 1} /f /in`,
        `RUN (cat /in; echo ${n}) >/f`,
      ]),
      'FROM busybox:1.37',
      'COPY --from=12 /f /f',
      'COPY --from=s10 /in /in',
    ],
    tree: { a: '1\n' },
    edits: [{ change: { a: '2\n' }, check: (t, seen) => void t.deepEqual(stagesOf(seen), numbers) }],
  },
  'a target ends the Dockerfile, and what only other stages need is no edit': {
    dockerfile: [
      'FROM busybox:1.37 AS unused',
      'COPY u /u',
      'RUN cat /u >/u2',
      'FROM busybox:1.37 AS Goal',
      'COPY a /a',
      'RUN cat /a >/made',
      'CMD ["sleep", "100000"]',
      'FROM busybox:1.37',
      'COPY later /later',
    ],
    tree: { a: '1', u: '1', later: '1' },
    build: () => ({ target: 'goal' }),
    clean: () => ({ target: 'goal' }),
    edits: [{ change: { u: '2', later: '2' }, outcome: 'silent' }, { change: { a: '2' } }],
  },
  'an additional context is left as it was built': {
    dockerfile: [
      'FROM extra-image AS from-extra',
      'COPY a /a',
      'FROM busybox:1.37',
      'COPY a /a',
      'COPY --from=extra x /x/',
      'COPY --from=from-extra /a /b',
      'RUN cat /x/x /a >/both',
    ],
    ignore: 'other\n',
    tree: { a: '1', 'other/x': '1' },
    build: (context) => ({
      additional_contexts: { extra: join(context, 'other'), 'extra-image': 'docker-image://busybox:1.37' },
    }),
    clean: (context) => ({
      flags: [
        '--build-context',
        `extra=${join(context, 'other')}`,
        '--build-context',
        'extra-image=docker-image://busybox:1.37',
      ],
    }),
    edits: [{ change: { a: '2' } }],
  },
  'a mount of another stage is as fresh as a copy': {
    dockerfile: [
      'FROM busybox:1.37 AS tools',
      'COPY --chown=5 --chmod=0755 t /t/',
      'FROM busybox:1.37',
      'RUN --mount=type=bind,from=tools,source=/t,target=/mnt/t (cat /mnt/t/*; stat -c "%n %u %a" /mnt/t/*) >/out',
      'COPY a /a',
    ],
    tree: { 't/x': '1', a: '1' },
    edits: [{ change: { 't/x': '2' } }, { change: { 't/y': '2', 't/x': null } }, { change: { a: '2' } }],
  },
  'all replicas of a service get every push': {
    dockerfile: ['COPY src /src/', 'RUN cat /src/* >/all'],
    tree: { 'src/a': '1', 'src/b': '1' },
    service: () => ({ deploy: { replicas: 2 } }),
    edits: [
      { change: { 'src/a': '2' }, check: async (t, { containers }) => void t.is((await containers()).length, 2) },
      { change: { 'src/b': null, 'src/c': '1' } },
    ],
  },
  'what lies under a bind mount is left to the mount': {
    dockerfile: ['COPY . /app/', 'COPY src /other/', 'RUN cat /app/src/* /other/* >/built'],
    ignore: 'Dockerfile\n',
    tree: { 'src/x': '1', 'src/y': '1', own: '1' },
    service: (context) => ({ volumes: [`${join(context, 'src')}:/app/src`] }),
    without: /^\/app\/src(?:\/|:)/,
    edits: [
      { change: { 'src/x': '2', 'src/z': { content: '1', mode: 0o640 } }, act: keepListing, check: sameListing },
      { change: { 'src/y': null, own: null }, act: keepListing, check: sameListing },
      {
        change: { 'src/x': { directory: 0o755 }, 'src/z': link('a') },
        outcome: 'failed',
        act: keepListing,
        check: sameListing,
      },
      { change: { 'src/x': '3', 'src/z': '1' }, act: keepListing, check: sameListing },
    ],
  },
  'a mount point of the build is not written through': {
    dockerfile: ['COPY conf /etc/app/', 'RUN ls /etc/app >/seen'],
    tree: { 'conf/a': '1', 'conf/b': '1' },
    service: (context) => ({ volumes: [`${join(context, 'conf', 'b')}:/etc/app/b:ro`] }),
    without: /^\/etc\/app\/b:/,
    edits: [{ change: { 'conf/a': '2', 'conf/c': '1' } }, { change: { 'conf/c': null } }],
  },
  'what is not in a stage any more fails a push that copies it by name, and nothing is touched': {
    dockerfile: [
      'FROM busybox:1.37 AS made',
      'COPY ?.js /out/d/',
      'COPY b /b',
      'FROM busybox:1.37',
      'COPY ?.js b /first/',
      'COPY --from=made /out/ /app/n/',
      'COPY --chown=7 b* /app/n/',
    ],
    tree: { 'a.js': '1', b: '1' },
    edits: [{ change: { 'a.js': null, b: '2' }, outcome: 'failed' }, { change: { 'a.js': '3' } }],
  },
  'a file is copied into a folder that another stage gives': {
    dockerfile: [
      'FROM busybox:1.37 AS made',
      'RUN mkdir -p /out/sub /out/other && echo one >/out/sub/one',
      'FROM busybox:1.37',
      'COPY first /x/',
      'RUN cat /x/first >/list',
      'COPY --from=made --chown=1:1 /out/. /lib/',
      'COPY --from=made /out /given',
      'COPY a /lib',
      'COPY a /lib/sub',
      'COPY a /given',
      'COPY a /given/other',
      'COPY --from=made /out/sub/one /given/other',
    ],
    tree: { first: '1', a: '1' },
    edits: [{ change: { first: '2' } }, { change: { a: '2' } }, { change: { first: '3', a: '3' } }],
  },
  'an empty directory and a mode go through stages': {
    dockerfile: ['FROM busybox:1.37 AS s', 'COPY d /d/', 'FROM busybox:1.37', 'COPY --from=s /d /d/', 'COPY over /d/'],
    tree: { 'd/e': directory(0o700), 'd/f': '1', 'over/f': 'over', 'over/g': '1' },
    edits: [
      { change: { 'd/e': { mode: 0o1777 }, 'd/n': directory(0o750) } },
      { change: { 'over/f': null, 'd/e': null } },
      { change: { 'd/f': null, 'over/g': null } },
    ],
  },
});

async function keepListing({ context, service }: Seen): Promise<void> {
  await mkdir(join(context, 'src'), { recursive: true });
  hostFolders.set(service, await listing(join(context, 'src')));
}

async function sameListing(t: ExecutionContext, { context, service, containers }: Seen): Promise<void> {
  t.deepEqual(await listing(join(context, 'src')), hostFolders.get(service));
  const [container] = await containers();
  if (container) t.is((await runIn(container, ['test', '-e', '/app/src/x'])).code, 0);
}
