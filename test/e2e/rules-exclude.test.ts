import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { docker } from '../helpers/docker-command.js';
import { testRules } from '../helpers/rule-cases.js';

const file = (content: string, mode: number) => ({ content, mode });

const tree = {
  ...{ 'd/a.txt': '1', 'd/b.md': '1', 'd/x/c.txt': '1', 'd/x/deep/e.md': '1', 'd/x/deep/f': '1' },
  ...{ 'd/node_modules/m/index.js': '1', 'top.md': '1', 'top.txt': '1', 'g/b.md': '1', 'g/x/k': '1' },
};

const cases = {
  'what --exclude leaves out is no change, and is not copied': {
    dockerfile: ['COPY --exclude=*.md --exclude=node_modules d /d/', 'RUN find /d | sort >/found'],
    tree,
    edits: [
      { change: { 'd/b.md': '2' }, outcome: 'silent' as const },
      { change: { 'd/node_modules/m/index.js': '2', 'd/node_modules/n': '2' }, outcome: 'silent' as const },
      { change: { 'd/a.txt': '2', 'd/b.md': '3', 'd/new.md': '3', 'd/x/in.md': '3' } },
      { change: { 'd/node_modules': null, 'd/x/deep': null, 'd/b.md': null } },
      { change: { 'd/node_modules/again': '4', 'd/x/node_modules/in': '4' } },
      { change: { 'd/a.txt': null, 'd/b.md/is/a/folder': '5', 'd/a.md': '5' } },
    ],
  },
  'patterns of --exclude are anchored at the directory that is copied': {
    dockerfile: [
      'ARG P=*.md',
      'COPY --exclude=**/*.md --exclude=x/deep/ . /all/',
      'COPY --exclude=d/x --exclude=/g --exclude=$P . /some/',
      'COPY --exclude=x/* d g /two/',
      'COPY --exclude=*.md --exclude=x d* top* /glob/',
      'ADD --exclude=**/[a-c].* --exclude="./x/deep/?" --chown=7 --chmod=0711 d /add/',
      'COPY --exclude=** d /none/',
    ],
    tree,
    edits: [
      { change: { 'd/a.txt': '2', 'd/x/deep/f': '2' } },
      { change: { 'top.md': '2', 'g/b.md': '2', 'g/x/k': null } },
      { change: { 'd/x': null, 'd/y/b.md': '3', 'd/y/t': file('3', 0o640), g: null, 'g/n': '3' } },
      { change: { 'd/top.md': '4', 'd/x': '4' } },
    ],
  },
  'COPY --from leaves out what it excludes': {
    dockerfile: [
      'FROM busybox:1.37 AS made',
      'COPY d /made',
      'RUN rm -f /made/0 && ln /made/x/deep/f /made/0 && cp /made/a.txt /made/made.md',
      'FROM busybox:1.37',
      'COPY --from=made --exclude=*.md --exclude=x /made /d/',
      'COPY --from=made --exclude=**/deep /made/x/ /x/',
    ],
    tree,
    edits: [
      { change: { 'd/a.txt': '2' } },
      { change: { 'd/b.md': '2', 'd/x/deep/f': '2', 'd/new.md': '2', 'd/new': '2' } },
      { change: { 'd/x/c.txt': null, 'd/node_modules': null, 'd/x/deep/more': '3' } },
    ],
  },
  'an exception to what --exclude leaves out is left to a build': {
    dockerfile: ['COPY --exclude=x --exclude=!x/deep/f d /d/'],
    tree,
    edits: [{ change: { 'd/x/deep/f': '2' }, outcome: 'rebuild' as const }],
  },
};

// BuildKit 0.25 (engine 28.5) is the first that takes the flag without a frontend of its own.
const probe = await mkdtemp(join(tmpdir(), 'livepush-exclude-'));
await writeFile(join(probe, 'Dockerfile'), 'FROM scratch\nCOPY --exclude=none . /\n');
const { code, stderr } = await docker('build', '--quiet', '--output', 'type=cacheonly', probe);
await rm(probe, { recursive: true });
if (code === 0) testRules(cases);
else {
  test('a builder that does not know --exclude refuses it', (t) => {
    t.regex(stderr, /unknown flag: (--)?exclude/);
  });
}
