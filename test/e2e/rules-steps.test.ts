import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { packEntries } from '../../src/docker/tar.js';
import { runIn } from '../helpers/real-container.js';
import { type Seen, testRules } from '../helpers/rule-cases.js';

const file = (content: string, mode: number) => ({ content, mode });

/** A tar archive of files with these contents; owners and modes are none that COPY would give. */
function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const entries = Object.entries(files).map(([path, content]) => ({
    ...{ kind: 'file' as const, path, mode: 0o4750, uid: 3, gid: 4, mtime: new Date(0) },
    content: Buffer.from(content),
  }));
  return buffer(Readable.from(packEntries(entries)));
}

const [one, two, three] = await Promise.all([
  tarOf({ a: '1', 'd/b': '1', 'd/c': '1' }),
  tarOf({ a: '2', 'd/b': '1' }),
  tarOf({ 'e/new': '3' }),
]);

/** What the steps of a case have printed since the edit. */
const outputOf = ({ events }: Seen): string =>
  events()
    .flatMap((event) => (event.type === 'commandOutput' ? [event.data] : []))
    .join('');

const codesOf = ({ events }: Seen): number[] =>
  events().flatMap((event) => (event.type === 'commandReturn' ? [event.returnCode] : []));

const secret = 'K7 $ecret "text" of nobody else';

testRules(
  {
    'a step has the environment that it has in a build': {
      dockerfile: [
        'ARG GLOBAL=busybox:1.37',
        `FROM \${GLOBAL}`,
        'ARG A=default',
        'ARG B',
        'ARG C=$A-c',
        'ENV E=1 FROM_ARG=$A Q="a b"',
        'WORKDIR /w/one',
        'COPY trigger /t',
        'RUN (env | sort; pwd; id; umask; echo "$0") >/env1',
        'RUN mkdir -p /all && chmod 1777 /all',
        'USER 1000:2000',
        'WORKDIR two',
        'SHELL ["/bin/sh", "-euc"]',
        'RUN (env | sort; pwd; id; echo "$-") >/all/env2',
        'ENV E=2 LATE=1',
        'ARG A=again',
        'RUN ["/bin/sh", "-c", "(env | sort; pwd) >/all/env3"]',
        'ENV FINAL=1',
      ],
      tree: { trigger: '1' },
      build: () => ({ args: { A: 'given', B: 'b $$b' } }),
      clean: () => ({ args: { A: 'given', B: 'b $b' } }),
      service: () => ({ environment: { LEAK: 'x', E: 'of compose', HOME: '/leak' }, user: '77', working_dir: '/etc' }),
      edits: [{ change: { trigger: '2' } }],
    },
    'a step of a Debian image runs with its shell and its user': {
      dockerfile: [
        'FROM debian:bookworm-slim',
        'RUN useradd --create-home --groups adm dev && mkdir -m 1777 /out',
        'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
        'COPY trigger /t',
        'RUN (env | sort | grep -v ^_=; id; shopt -o pipefail) >/out/one',
        'USER dev',
        'RUN (env | sort | grep -v ^_=; id; echo ~) >/out/two',
        'SHELL ["/bin/sh", "-c"]',
        'RUN (env | sort; pwd; echo $0) >/out/three',
      ],
      tree: { trigger: '1' },
      service: () => ({ environment: { LEAK: 'x' } }),
      edits: [{ change: { trigger: '2' } }],
    },
    'exec form and heredocs': {
      dockerfile: [
        'COPY a /in/a',
        'ENV V="of env"',
        'RUN ["cp", "/in/a", "/out $HOME"]',
        'RUN <<EOF',
        'cat /in/a >/h1',
        'false',
        'echo "$0 $V \'quoted\'" >>/h1',
        'EOF',
        'RUN <<"EOF"',
        '#!/bin/busybox sh',
        '(cat /in/a; echo "$0 $V") >/h2',
        'EOF',
        'RUN cat - /in/a <<ONE >/h3 && cat <<"TWO" >>/h3',
        'one $V',
        'ONE',
        'two $V',
        'TWO',
        'COPY <<ONE <<"TWO" /in/',
        'one $V',
        'ONE',
        'two $V',
        'TWO',
        'COPY --chmod=0751 --chown=5 over /in/',
      ],
      tree: { a: '1', 'over/ONE': 'over', 'over/TWO': 'over', 'over/b': '1' },
      edits: [
        { change: { a: '2' } },
        { change: { 'over/ONE': null, 'over/b': '2' } },
        { change: { 'over/TWO': null } },
      ],
    },
    'mounts are there for the time of a step': {
      dockerfile: [
        'RUN mkdir -p /there && echo hidden >/there/f',
        'COPY a /a',
        'RUN --mount=type=cache,target=/cache/deep,id=lpr-rules cat /a >>/cache/deep/log && cat /cache/deep/log',
        'RUN --mount=type=cache,target=/there,uid=5,mode=0711 stat -c "%u %a" /there >/c1 && touch /there/g',
        'RUN --mount=type=bind,source=b,target=/m/b (cat /m/b/x; find /m | sort) >/b1',
        'RUN --mount=type=tmpfs,target=/tmp/fs (ls -A /tmp/fs; stat -c "%u %a" /tmp/fs) >/t1 && touch /tmp/fs/f',
        'RUN --mount=type=bind,source=b/x,target=/there/f cat /there/f >/b2',
      ],
      tree: { a: '1', 'b/x': 'x1', 'b/s/y': '1' },
      edits: [
        { change: { a: 'first\n' } },
        { change: { a: 'second\n' }, check: (t, seen) => void t.true(outputOf(seen).includes('first\nsecond\n')) },
        { change: { 'b/x': 'x2', 'b/s': null }, check: (t, seen) => void t.false(outputOf(seen).includes('second')) },
      ],
    },
    'a secret is there for its step, and nowhere else': {
      dockerfile: [
        'COPY a /a',
        'RUN --mount=type=secret,id=token sha256sum /run/secrets/token >/s1 && stat -c "%u %a" /run/secrets/token >>/s1',
        'RUN --mount=type=secret,id=token,target=/root/deep/t,mode=0444,uid=5 (cat /a; wc -c </root/deep/t) >/s2',
        'RUN --mount=type=secret,id=other (ls /run/secrets || echo none) >/s3 2>&1',
      ],
      tree: { a: '1' },
      build: () => ({ secrets: ['token'] }),
      clean: (context) => ({ flags: ['--secret', `id=token,src=${join(context, '..', 'token')}`] }),
      edits: [
        {
          change: { a: '2' },
          check: async (t, { project, containers }) => {
            t.deepEqual(
              project.events.filter((event) => JSON.stringify(event).includes('ecret \\"te')),
              [],
            );
            t.deepEqual(
              project.events.filter((event) => JSON.stringify(event).includes('of nobody else')),
              [],
            );
            const [container] = await containers();
            if (!container) throw new Error('There is no container.');
            const { stdout } = await runIn(container, [
              'grep',
              '-rl',
              'of nobody else',
              '/run',
              '/root',
              '/tmp',
              '/etc',
            ]);
            t.is(stdout, '');
            t.not((await runIn(container, ['ls', '/run/secrets'])).code, 0);
          },
        },
      ],
    },
    'a step may change, move and remove what was copied': {
      dockerfile: [
        'COPY src /src/',
        'RUN mv /src/a /moved && rm /src/b && sed -i s/1/one/ /src/c && chmod 700 /src/d && cp -a /src/d /copy.new && rm -rf /copy && mv /copy.new /copy',
        'COPY late /src/',
      ],
      tree: { 'src/a': '1', 'src/b': '1', 'src/c': '1', 'src/d/x': '1', 'late/c': 'late' },
      edits: [
        { change: { 'src/a': '2' } },
        // a later COPY wins: nothing is otherwise in the end
        { change: { 'src/c': '1 and 2' }, restart: false },
        { change: { 'src/d/x': null, 'src/d/y': '1', 'late/z': '1' } },
        { change: { 'late/c': null, 'src/b': '2' } },
      ],
    },
    'a step that failed is run again by whatever push comes next': {
      dockerfile: [
        'COPY a /a',
        'RUN if grep bad /a; then echo it is bad >&2; exit 3; fi; cp /a /built',
        'COPY b /b',
        'RUN cat /built /b >/both',
      ],
      tree: { a: '1\n', b: '1' },
      edits: [
        {
          change: { a: 'bad\n' },
          outcome: 'failed',
          check: (t, seen) => {
            t.deepEqual(codesOf(seen), [3]);
            t.deepEqual(
              outputOf(seen)
                .match(/it is bad|bad$/gm)
                ?.sort(),
              ['bad', 'it is bad'],
            );
          },
        },
        { change: { b: '2' }, outcome: 'failed', check: (t, seen) => void t.deepEqual(codesOf(seen), [3]) },
        { change: { a: 'good' }, check: (t, seen) => void t.deepEqual(codesOf(seen), [0, 0]) },
      ],
    },
    'a copied file that is gone stops the push, and the next edit heals it': {
      dockerfile: ['COPY need /n', 'COPY other /o', 'RUN cat /n /o >/both'],
      tree: { need: '1', other: '1' },
      edits: [
        {
          change: { need: null },
          outcome: 'failed',
          check: (t, { project, service }) => {
            t.like(
              project.events.find((event) => event.type === 'diagnostic' && event.service === service),
              { severity: 'error', code: 'copy-source-missing', line: 2 },
            );
          },
        },
        { change: { other: '2' }, outcome: 'failed' },
        { change: { need: '3' } },
      ],
    },
    'directives are steps like any other': {
      dockerfile: [
        'FROM busybox:1.37 AS gen',
        'COPY g /g/',
        'RUN cat /g/* >/made',
        'FROM busybox:1.37',
        'COPY src /app/',
        '  ## dev-env is no directive',
        '#dev-env=MODE=dev',
        'RUN (env | sort; cat /app/x) >/built',
        '#DEV-CMD-LIVE=sleep 100000',
        'RUN false',
        'COPY after /after/',
        '##dev-copy=--from=gen --chown=5 /made /after/made',
        '#dev-run=(env | sort; cat /after/*) >/ran',
      ],
      live: [
        'FROM busybox:1.37 AS gen',
        'COPY g /g/',
        'RUN cat /g/* >/made',
        'FROM busybox:1.37',
        'COPY src /app/',
        'ENV MODE=dev',
        'RUN (env | sort; cat /app/x) >/built',
        'COPY after /after/',
        'COPY --from=gen --chown=5 /made /after/made',
        'RUN (env | sort; cat /after/*) >/ran',
      ],
      tree: { 'src/x': '1', 'after/y': '1', 'g/one': '1' },
      edits: [
        { change: { 'after/y': '2' }, restart: false },
        { change: { 'g/two': '2' }, restart: false },
        { change: { 'src/x': '2' } },
        { change: { 'after/y': null, 'after/z': '3' }, restart: false },
      ],
    },
    'a step after the live command that fails owes no restart': {
      dockerfile: ['COPY a /a', '#dev-cmd-live=["sleep", "100000"]', 'COPY b /b', '#dev-run=! grep bad /b'],
      live: ['COPY a /a', 'COPY b /b', 'RUN ! grep bad /b'],
      tree: { a: '1', b: '1' },
      edits: [
        { change: { b: 'bad' }, outcome: 'failed' },
        { change: { a: '2' }, outcome: 'failed' },
        { change: { b: 'good' } },
        { change: { b: 'better' }, restart: false },
      ],
    },
    'an archive is unpacked, and what is no archive is copied': {
      dockerfile: ['ADD --chown=7 x.tar.gz y.tar /un/', 'ADD not.tar /not/', 'ADD d /d/', 'COPY y.tar /copied/'],
      tree: { 'x.tar.gz': gzipSync(one), 'y.tar': three, 'not.tar': 'text', 'd/in.tar': one },
      edits: [
        { change: { 'x.tar.gz': gzipSync(two) } },
        { change: { 'not.tar': 'other text', 'd/in.tar': two } },
        { change: { 'y.tar': one } },
        { change: { 'not.tar': three } },
        { change: { 'x.tar.gz': 'text by now' } },
      ],
    },
    'triggers of the base image are steps': {
      dockerfile: ['FROM lpr-onbuild', 'COPY own /own/', 'RUN cat /on/* /own/* >/all'],
      live: ['FROM lpr-onbuild', 'COPY own /own/', 'RUN cat /on/* /own/* >/all'],
      tree: { 'on/a': '1', 'own/b': '1' },
      edits: [
        { change: { 'on/a': '2' }, check: (t, seen) => void t.is(codesOf(seen).length, 2) },
        { change: { 'own/b': '2' }, check: (t, seen) => void t.is(codesOf(seen).length, 1) },
        { change: { 'on/a': null, 'on/c': file('3', 0o600) } },
      ],
    },
    'what the container cannot take is built: a read-only root': {
      dockerfile: ['COPY a /a', 'RUN cp /a /b'],
      tree: { a: '1' },
      service: () => ({ read_only: true }),
      edits: [
        { change: { a: '2' }, outcome: 'rebuild' },
        { change: { a: '3' }, outcome: 'rebuild' },
      ],
    },
    'what the container cannot take is built: a directory that its root may not look into': {
      dockerfile: ['COPY --chown=7 --chmod=0640 . /q/'],
      tree: { 'd/a': '1', 'd/b': '1' },
      service: () => ({ cap_drop: ['ALL'] }),
      edits: [{ change: { 'd/b': null }, outcome: 'rebuild' }, { change: { 'd/a': '2' } }],
    },
    'what the container cannot take is built: no shell': {
      dockerfile: [
        'FROM scratch',
        'COPY --from=busybox:1.37 /bin/busybox /bin/sleep',
        'COPY d /d/',
        'COPY <<EOF /etc/passwd',
        'bob:x:1001:1002::/:/bin/sh',
        'EOF',
        'COPY --chown=bob d /own/',
      ],
      tree: { 'd/a': '1', 'd/b': '1' },
      edits: [
        { change: { 'd/a': '2', 'd/s/t': '1' } },
        { change: { 'd/b': null }, outcome: 'rebuild' },
        { change: { 'd/a': '3' } },
      ],
    },
    'parser directives, continuations and unusual spelling': {
      dockerfile: [
        '# escape=`',
        'FROM busybox:1.37',
        'arg WHERE=/put',
        'copy `',
        '  # a comment in between',
        '  a b `',
        '',
        `  \${WHERE:-nowhere}/`,
        `WorkDir \${WHERE}/\${NOT_SET:-in}`,
        'RUN cat /put/a `',
        '# another one',
        '  /put/b >both',
        'COPY ["b", "$WHERE/c d"]',
      ],
      tree: { a: '1', b: '1' },
      edits: [{ change: { a: '2' } }, { change: { b: '2' } }],
    },
  },
  {
    secrets: { token: { file: './token' } },
    files: { token: secret },
    images: { 'lpr-onbuild': 'FROM busybox:1.37\nONBUILD COPY on /on/\nONBUILD RUN cat /on/* >/triggered\n' },
  },
);
