import { testRules } from '../helpers/rule-cases.js';

const link = (target: string) => ({ link: target });
const file = (content: string, mode: number) => ({ content, mode });
const directory = (mode: number) => ({ directory: mode });

testRules({
  'a file goes to a path, and into a directory': {
    dockerfile: [
      'COPY a /new/path',
      'COPY a /new/dir/',
      'COPY a /etc',
      'COPY ["a", "b", "/both/"]',
      'COPY a b /both2/',
    ],
    tree: { a: '1', b: '1' },
    edits: [{ change: { a: '2' } }, { change: { b: file('2', 0o600) } }, { change: { a: '3', b: '3' } }],
  },
  'a directory gives its contents, and the destination keeps its own mode': {
    dockerfile: ['RUN mkdir -p /ex/s && chmod 1770 /ex && chown 77:88 /ex /ex/s', 'COPY d /ex', 'COPY d/ /made/it'],
    tree: { 'd/f': '1', 'd/s': directory(0o711), 'd/s/g': '1', 'd/e': directory(0o700) },
    edits: [
      { change: { 'd/s/g': '2', 'd/new/h': '1' } },
      { change: { d: directory(0o700), 'd/s': directory(0o750), 'd/e': null, 'd/f': null } },
    ],
  },
  'a pattern keeps base names, and a directory that it hits gives its contents': {
    dockerfile: ['COPY * /all/', 'COPY */x.txt /flat/', 'COPY d? /ds', 'COPY [^d]*.md /md/', 'COPY .h* /hidden/'],
    tree: { 'd1/x.txt': '1', 'd2/x.txt': '2', 'd2/s/y': '1', 'a.md': 'a', 'd.md': 'd', '.hid': 'h' },
    edits: [
      { change: { 'd1/x.txt': '11', 'd2/s/y': '2' } },
      { change: { 'd2/x.txt': null, 'b.md': 'b', 'a.md': null, '.hid': 'hh', '.hid2': 'h' } },
      { change: { 'd3/x.txt': '3', 'd3/more/x.txt': 'deep' } },
    ],
  },
  'a relative destination starts at the working directory': {
    dockerfile: ['WORKDIR /srv/app', 'COPY a .', 'WORKDIR sub', 'COPY a ..', 'COPY d ../data', 'COPY a b/c'],
    tree: { a: '1', 'd/x': '1' },
    edits: [{ change: { a: '2' } }, { change: { 'd/x': '2', 'd/y/z': '1' } }, { change: { 'd/x': null } }],
  },
  'a destination that is a link is followed': {
    dockerfile: [
      'RUN mkdir -p /real/in && ln -s /real /ld && ln -s in /real/rel && ln -s /tgt /lf && ln -s /nowhere/x /dang && touch /tgt',
      'COPY d /ld',
      'COPY d/f /ld/rel/',
      'COPY d/f /lf',
      'COPY d /dang',
    ],
    tree: { 'd/f': '1', 'd/s/g': '1' },
    edits: [{ change: { 'd/f': '2' } }, { change: { 'd/s': null, 'd/n/m': '1' } }],
  },
  'missing parents are made, with an owner or without': {
    dockerfile: [
      'USER 1000:1000',
      'COPY d/* /p/q/r/',
      'COPY --chown=11:22 --chmod=0640 d/* /c/q/r/',
      'COPY --chown=33 d /c/dir',
    ],
    tree: { 'd/x': '1' },
    edits: [
      { change: { 'd/s/t/u': '1', 'd/y': file('1', 0o755) } },
      { change: { d: null, 'd/z': '1' } },
      { change: { d: null, 'd/s/t/v': '1', 'd/z': '1' } },
    ],
  },
  'what the base image has comes back when the file of the context goes': {
    dockerfile: ['COPY root /', 'COPY root/etc/passwd /etc/passwd2'],
    tree: {
      'root/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnew:x:5:5::/:/bin/sh\n',
      'root/etc/group': '',
      'root/tmp': directory(0o755),
      'root/usr/own/f': '1',
    },
    edits: [
      { change: { 'root/etc/group': null, 'root/tmp': null } },
      { change: { 'root/usr': null, 'root/etc/shadow': 'x' } },
      { change: { 'root/etc/shadow': null, 'root/etc/group': '1' } },
    ],
  },
  'the last of overlapping COPY steps wins, and earlier ones show through': {
    dockerfile: ['COPY a /app/', 'COPY b /app/', 'RUN rm -rf /before && cp -a /app /before', 'COPY c /app/'],
    tree: { 'a/f': 'a', 'a/g': 'a', 'b/f': 'b', 'c/f': 'c', 'c/s/x': 'c', 'b/s/x': 'b', 'a/s/y': 'a' },
    edits: [
      { change: { 'c/f': null } },
      { change: { 'c/s': null, 'b/s': null } },
      { change: { 'b/f': null, 'a/s/y': 'a2' } },
      { change: { 'c/g': 'c', 'a/g': null } },
    ],
  },
  'a file, a directory and a link take each other’s place': {
    dockerfile: ['COPY . /ctx/', 'COPY d /d/'],
    ignore: 'Dockerfile\n',
    tree: { 'd/f2d': '1', 'd/d2f/x': '1', 'd/f2l': '1', 'd/l2f': link('f2d'), 'd/d2l/x/y': '1', 'd/l2d': link('d2f') },
    edits: [
      { change: { 'd/f2d/in': '1', 'd/d2f': 'file', 'd/f2l': link('../nowhere'), 'd/l2f': '2' } },
      { change: { 'd/d2l': link('/etc'), 'd/l2d/z': '1', d: { mode: 0o750 } } },
      { change: { 'd/f2d': 'again', 'd/d2l/new': '1', 'd/l2d': link('.') } },
    ],
  },
  'links of the context stay as they are, and one that is named is followed within it': {
    dockerfile: ['COPY d /d', 'COPY ln /ln', 'COPY ln esc /in/', 'COPY ld /ld'],
    tree: {
      'd/abs': link('/etc/passwd'),
      'd/out': link('../../../etc/passwd'),
      'd/dangling': link('nothing'),
      'd/f': '1',
      ln: link('d/f'),
      esc: link('../../d/f'),
      ld: link('d'),
    },
    edits: [
      { change: { 'd/f': '2' } },
      { change: { 'd/abs': link('/etc/group'), 'd/dangling': null, 'd/new': link('f') } },
    ],
  },
  'empty directories and modes come as they are': {
    dockerfile: ['COPY d /d/', 'COPY --chmod=4751 d /m/', 'COPY --chmod=u+x d /ignored/'],
    tree: { 'd/e': directory(0o700), 'd/s/e': directory(0o1777), 'd/f': file('1', 0o4755) },
    edits: [
      { change: { 'd/f': { mode: 0o6711 }, 'd/new/deep': directory(0o2770) } },
      { change: { 'd/e': { mode: 0o1777 }, 'd/s/e': null } },
      { change: { 'd/g': file('1', 0o666), 'd/f': { mode: 0o400 }, 'd/s': null } },
    ],
  },
  'names with odd characters are only names': {
    dockerfile: ['COPY d /d/', 'COPY ["d/a b", "/e/two words/"]', 'COPY d/* /flat/'],
    tree: { 'd/a b': '1', "d/it's": '1', 'd/-rf': '1', 'd/x': '1' },
    edits: [
      {
        change: {
          'd/a b': '2',
          'd/$(touch x)/`id`/"q"': '1',
          'd/new\nline': '1',
          'd/tab\there': '1',
          'd/-n': '1',
          'd/-rf': null,
          'd/ü/日本.txt': '1',
          'd/back\\slash\\n': '1',
          'd/%s%d*?[x]': '1',
          'd/ trailing ': '1',
        },
      },
      { change: { 'd/$(touch x)': null, 'd/new\nline': null, 'd/tab\there': '2', 'd/-n': null, "d/it's": null } },
      { change: { 'd/ü': null, 'd/back\\slash\\n': null, 'd/%s%d*?[x]': null, 'd/ trailing ': null, 'd/-n/-n': '2' } },
    ],
  },
  'an owner is looked up in the container': {
    dockerfile: [
      'RUN echo bob:x:1001:1002::/:/bin/sh >>/etc/passwd && echo grp:x:555: >>/etc/group',
      'COPY --chown=bob d /n/',
      'COPY --chown=bob:grp d /ng/',
      'COPY --chown=7:8 d /i/',
      'COPY --chown=9 d /u/',
      'COPY --chown=nobody-knows d /x/',
      'COPY --chown=:grp --link d /l/',
    ],
    tree: { 'd/f': '1', 'd/l': link('f') },
    edits: [{ change: { 'd/f': '2', 'd/s/g': '1' } }, { change: { 'd/l': link('s'), 'd/s': { mode: 0o700 } } }],
  },
  'saving without a change is no push, nor is an edit of what is ignored': {
    dockerfile: ['COPY d /d/', 'COPY other /o/'],
    ignore: '**/*.log\n!d/keep.log\nDockerfile\n',
    tree: { 'd/f': file('1', 0o644), 'other/x': '1', 'd/keep.log': '1', 'd/no.log': '1' },
    edits: [
      { change: { 'd/f': '1', 'd/no.log': '2', 'other/new.log': '1' }, outcome: 'silent' },
      { change: { 'other/x': '2' } },
      { change: { 'd/keep.log': '2' } },
    ],
  },
  'a mode alone is pushed': {
    dockerfile: ['COPY d /d/'],
    tree: { 'd/f': file('1', 0o644) },
    edits: [{ change: { 'd/f': { mode: 0o755 } } }, { change: { 'd/f': { mode: 0o600 } } }],
  },
});
