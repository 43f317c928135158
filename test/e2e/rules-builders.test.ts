import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { packEntries } from '../../src/docker/tar.js';
import { testRules } from '../helpers/rule-cases.js';

// What builders do not agree on: each case holds against what the builder that is there makes of it.

const file = (content: string, mode: number) => ({ content, mode });

/** An archive with a directory, a link and a long name, whose members belong to several owners. */
const archive = (content: string): Promise<Buffer> =>
  buffer(
    Readable.from(
      packEntries([
        { kind: 'directory', path: 'd', mode: 0o2750, uid: 3, gid: 4, mtime: new Date(0) },
        ...[`d/${'long-name/'.repeat(15)}f`, 'd/f', 'implied/f'].map((path) => ({
          ...{ kind: 'file' as const, path, mode: 0o4711, uid: 5, gid: 3_000_000, mtime: new Date(0) },
          content: Buffer.from(content),
        })),
        { kind: 'link', path: 'l', mode: 0o777, uid: 3, gid: 4, target: 'd/f', mtime: new Date(0) },
      ]),
    ),
  );
const [one, two] = await Promise.all([archive('1'), archive('2')]);

testRules({
  'a symbolic mode changes what a file or a directory has, or nothing': {
    dockerfile: [
      'FROM busybox:1.37 AS made',
      'COPY --chmod=go-rx d /made/',
      'RUN rm -rf /again && cp -a /made /again && chmod 0511 /again/f',
      'FROM busybox:1.37',
      'COPY --chmod=u=rwX,go=rX d /a/',
      'COPY --chmod=+x d/f new/* /b/',
      'ADD --chmod=g=u,o-r d /c',
      'COPY --from=made --chmod=a-w,u+t /again /e/',
      'COPY --chmod=ug+x,o= <<EOF /h/text',
      'text',
      'EOF',
      'RUN cat /a/f >/log',
      'COPY --chmod=a+rX,go-w d /late/',
    ],
    tree: { 'd/f': file('1', 0o640), 'd/x': file('1', 0o710), 'd/s/g': file('1', 0o600), 'new/n': file('1', 0o600) },
    edits: [
      { change: { 'd/f': file('2', 0o640) } },
      { change: { 'd/f': file('2', 0o751), 'new/m': file('2', 0o4700) } },
      { change: { 'd/t/deep': file('3', 0o606), 'd/x': null } },
    ],
  },
  'a symbolic mode holds where no step is run': {
    dockerfile: ['COPY --chmod=u=rwX,go=rX d /a/', 'COPY --chmod=+x d/* /b/'],
    tree: { 'd/f': file('1', 0o640), 'd/x': file('1', 0o710), 'd/s/g': file('1', 0o600) },
    edits: [
      { change: { 'd/f': file('2', 0o640), 'd/s/h': file('2', 0o4701) } },
      { change: { 'd/f': file('2', 0o700) } },
      { change: { 'd/f': file('2', 0o640), 'd/t/u': file('2', 0o604) } },
    ],
  },
  'directories on the way have the mode that their maker gives them': {
    dockerfile: [
      'COPY --chmod=0640 a* /one/two/',
      'COPY --chmod=2777 b* /one/two/',
      'COPY c* /one/two/',
      'COPY --chmod=0711 d /dir/of/d',
      'COPY --chmod=0700 --chown=7:8 a* /own/of/',
      'COPY --chmod=0600 <<EOF /text/in/f',
      'text',
      'EOF',
    ],
    tree: { c1: '1', 'd/f': '1' },
    edits: [
      { change: { a1: '1' } },
      { change: { a1: null, b1: '1' } },
      { change: { b1: null, 'd/g': '1' } },
      { change: { a2: '1', c1: null } },
      { change: { 'd/f': null, 'd/g': null, d: null, 'd/h': '1' } },
    ],
  },
  'a mode of a variable is the mode, or none': {
    dockerfile: ['ARG MODE=0604', 'COPY --chmod=$MODE a /a', 'COPY --chmod=$NONE b /b'],
    tree: { a: file('1', 0o640), b: file('1', 0o640) },
    edits: [{ change: { a: file('2', 0o640), b: file('2', 0o640) } }],
  },
  'what ADD unpacks goes to its owner where builders give it': {
    dockerfile: [
      'RUN mkdir -p /there/d',
      'ADD --chown=7:8 x.tar.gz /there/',
      'ADD --chown=2000001:5 y.tar /new/of/',
      'ADD y.tar /kept/',
      'RUN stat -c %u /there/d/f >/log',
      'ADD --chown=9 x.tar.gz /late/',
    ],
    tree: { 'x.tar.gz': gzipSync(one), 'y.tar': one },
    edits: [{ change: { 'x.tar.gz': gzipSync(two) } }, { change: { 'y.tar': two } }],
  },
});
