import type { Change, FuzzCase } from './model.js';

const write = (path: string, text = path, mode = 0o644): Change => ({ do: 'write', path, text, mode });
const remove = (path: string): Change => ({ do: 'remove', path });
const link = (path: string, target: string): Change => ({ do: 'link', path, target });
const mkdir = (path: string): Change => ({ do: 'mkdir', path, mode: 0o755 });
const rename = (path: string, to: string): Change => ({ do: 'rename', path, to });

const undisturbed = { interrupts: undefined, spoils: undefined };

function known(steps: readonly string[], tree: readonly Change[], ...bursts: readonly Change[][]): FuzzCase {
  const verbatim = [...steps, 'CMD ["sleep", "100000"]', ''].join('\n');
  const plain = { ignore: [], stages: [], replicas: 1, argument: undefined, trailing: false };
  const mounted = { mounts: [], hardening: 'none' as const };
  return { ...plain, ...mounted, verbatim, tree, bursts: bursts.map((changes) => ({ changes, ...undisturbed })) };
}

const base = 'FROM busybox:1.37 AS s0';

/** The smallest forms of cases that once went wrong. */
export const knownCases: Readonly<Record<string, FuzzCase>> = {
  'what vanishes at the source of a COPY --from does not come back out of old layers': known(
    [base, 'COPY --chmod=0640 d* /app/', 'FROM s0 AS s1', 'COPY --from=s0 --chown=7 /app/ /app/'],
    [mkdir('d/s')],
    [remove('d/s')],
  ),
  'the last hit of a pattern wins a name, be it a file or a directory': known(
    [base, 'COPY * /x/y/'],
    [write('b.js', '1', 0o666), write('k/b.js', '2', 0o755)],
    [write('k/b.js', '3', 0o755)],
  ),
  'a source that is a link is followed to another target': known(
    [base, 'COPY d/ r', 'ADD l /'],
    [write('b.js'), write('a.txt'), write('d/x'), link('l', 'b.js')],
    [link('l', 'a.txt')],
    [write('d/x', 'new')],
  ),
  'a file of an inherited stage does not come back out of old layers': known(
    [base, 'COPY . /app/', 'RUN true', 'FROM s0 AS s1', 'COPY d /lib/'],
    [write('f'), write('d/x')],
    [remove('f')],
  ),
  'after a rebuild that failed, the next edit that can be built goes live': known(
    [base, 'COPY * /app/'],
    [write('a.txt'), link('l', 'a.txt')],
    [link('l', 'nowhere')],
    [remove('l')],
  ),
  'directories that were made for a hit go with the last hit': known(
    [base, 'COPY */a.txt /ln/z/'],
    [write('d/a.txt')],
    [remove('d/a.txt')],
    [write('d/a.txt', 'new')],
  ),
  'a file that goes does not uncover what an earlier COPY --from had put there': known(
    [base, 'COPY d /app/', 'FROM busybox:1.37', 'COPY --from=s0 /app /app/', 'COPY d /app/'],
    [write('d/b.js'), write('d/k')],
    [remove('d/b.js')],
  ),
  'a directory of a pattern that was a file for a while is pushed anew': known(
    [base, 'COPY d/* /app/'],
    [write('d/b.js'), write('u')],
    [rename('u', 'd')],
    [mkdir('d/s')],
    [write('d/k')],
  ),
  'what goes behind a link that a pattern hits is gone': known(
    [base, 'COPY *.txt /app/'],
    [write('d/s/a.txt'), link('a.txt', 'd')],
    [remove('d')],
    [write('d/s/b.js')],
  ),
  'a link that a pattern hit uncovers earlier hits when it goes': known(
    [base, 'COPY * r/'],
    [write('d/a.txt', '1'), write('e/a.txt', '2'), link('l', 'd')],
    [remove('l')],
  ),
  'a directory that becomes a link is not looked into through the link': known(
    [base, 'COPY d* /lib/'],
    [write('d/s/a.txt'), write('e/x')],
    [link('d/s', '..')],
    [write('e/y')],
    [write('d/y')],
  ),
  'one pattern can hit a path in two ways': known(
    [base, 'COPY [^d]* /lib/'],
    [write('e/a.txt'), link('l', '..')],
    [remove('e')],
  ),
  'a pattern that looks into a link to a file hits nothing': known(
    [base, 'COPY l/* f /app/'],
    [write('f'), write('d/x'), link('l', 'd')],
    [link('l', 'f')],
    [write('f', 'new')],
  ),
  'the directory of an archive goes with the last hit of a pattern': known(
    [base, 'ADD ?.js /ln/z/'],
    [{ do: 'archive', path: 'b.js', members: ['in/a.txt'], text: 'packed' }, write('u')],
    [remove('b.js')],
    [write('b.js', 'plain')],
  ),
  'a directory that was made for hits in another stage goes with the last hit': known(
    [base, 'COPY * /lib/', 'FROM busybox:1.37', 'COPY --from=s0 /lib/*.txt /app/n/'],
    [write('a.txt'), write('k')],
    [remove('a.txt')],
    [write('a.txt', 'new')],
  ),
  'a pattern that starts in a file fails or not by what else is copied': known(
    [base, 'COPY . e/*.js /x/'],
    [write('e/a.js'), write('k')],
    [remove('e'), write('e')],
    [write('k', 'new')],
  ),
  'a pattern without a match stops pushes where a build stops': known(
    [base, 'COPY e/*.js k /x/'],
    [write('e/a.js'), write('e/b'), write('k')],
    [remove('e/a.js')],
    [write('k', 'new')],
    [write('e/a.js', 'new')],
  ),
  'the last hit of a pattern is removed where a link leads': known(
    [base, 'RUN mkdir -p /app && ln -s /app /ln', 'COPY */a.txt /ln/'],
    [write('e/a.txt')],
    [remove('e')],
    [write('e/a.txt', 'new')],
  ),
  'a working directory stays though nothing is copied into it any more': known(
    [base, 'COPY *.txt /a/b/', 'WORKDIR /a/b'],
    [write('a.txt'), write('k')],
    [remove('a.txt')],
  ),
  'a link that COPY --from goes through stays one when all is copied again': known(
    [
      base,
      'COPY d /app/d/',
      'FROM busybox:1.37',
      'RUN mkdir -p /app && ln -s /app /ln',
      'RUN true',
      'COPY a.txt /q/',
      'RUN cat /q/a.txt > /b',
      'COPY --from=s0 /app/d /ln/',
    ],
    [write('d/b.js'), write('a.txt')],
    [write('a.txt', 'new')],
    [write('d/b.js', 'new')],
  ),
  'a directory belongs to the step that is the first to need it': known(
    [base, 'COPY --chown=5:6 x* /app/n/', 'COPY --chown=7 k /app/m/', 'COPY . /app/d/'],
    [write('k'), write('d/f')],
    [write('x1')],
    [write('x1', 'new')],
    [remove('x1')],
    [remove('d/f'), write('x2')],
  ),
  'a place that two steps write to under two names is what the later one puts there': known(
    [
      base,
      'RUN mkdir -p /app/in && ln -s /app /ln',
      'COPY ?.js /ln/',
      'COPY --chmod=4711 [ab]* /app/',
      'COPY d /ln/in/',
      'COPY --chmod=600 d/x /app/in/',
    ],
    [write('a.txt'), write('d/x')],
    [write('b.js')],
    [write('d/x', 'new')],
    [remove('b.js')],
  ),
  'what a step writes through a link, a COPY --from behind it writes over': known(
    [
      base,
      'COPY d /q/',
      'FROM busybox:1.37',
      'RUN mkdir -p /app && ln -s /app /ln',
      'COPY * /ln/',
      'COPY --from=s0 /q/ /app/',
    ],
    [write('a.txt'), write('d/x'), write('d/a.txt', 'other')],
    [write('a.txt', 'new')],
    [remove('a.txt')],
    [write('d/x', 'new')],
  ),
  'a directory on the way to a member of an archive keeps the mode that it is copied with': known(
    [base, 'ADD d t.tar /app/'],
    [mkdir('d/in'), write('d/in/x'), { do: 'archive', path: 't.tar', members: ['in/b.js'], text: '1' }],
    [{ do: 'chmod', path: 'd/in', mode: 0o775 }],
  ),
  'a working directory belongs to its user when no copy makes it any more': known(
    [base, 'COPY *y r/', 'COPY ?.js /x/y/', 'COPY k /app/', 'USER 1000', 'WORKDIR /x/y'],
    [write('k'), write('b.js')],
    [remove('b.js')],
    [write('b.js', 'new')],
  ),
  'a link behind the first wildcard brings only what is sent anyway of what it leads to': known(
    [base, 'COPY ?.js /app/', 'COPY */a.txt /app/'],
    [write('b.js'), write('d/b.js', 'two'), write('d/s/x'), write('k k/a.txt'), link('d/a.txt', '/d')],
    [{ do: 'chmod', path: 'd', mode: 0o700 }],
    [write('d/s/x', 'new')],
    [write('k k/a.txt', 'new')],
    [link('l', '/d')],
    [write('d/b.js', 'new')],
    [remove('l')],
  ),
  'a directory that an archive needs belongs to the step, one within the archive to root': known(
    [base, 'ADD --chown=5:6 *.tar [ab]* /app/z/', 'COPY --chown=7 *.js /app/z/in/', 'COPY k /app/'],
    [write('k'), write('x.js')],
    [{ do: 'archive', path: 't.tar', members: ['in/c'], text: '1' }],
    [remove('x.js')],
    [remove('t.tar'), write('x.js')],
    [write('a')],
    [remove('a'), remove('x.js'), { do: 'archive', path: 't.tar', members: ['in/c'], text: '1' }],
    [{ do: 'archive', path: 't.tar', members: ['c'], text: '1' }, write('x.js')],
  ),
  'a file goes into a directory that an earlier step makes, and in its place when it makes none any more': known(
    [base, 'COPY ?.js /app/d/', 'USER root', 'COPY a.txt /app/d', 'COPY k /x/k'],
    [write('a.txt'), write('b.js'), write('k')],
    [write('a.txt', 'new')],
    [remove('b.js')],
    [write('k', 'new')],
    [write('b.js')],
    [write('a.txt')],
  ),
  'a file of an archive is in the place of a directory that an earlier step fills': known(
    [base, 'COPY d* /app/z/', 'ADD b.js /app/'],
    [write('d/b.js'), { do: 'archive', path: 'b.js', members: ['in/b.js', 'z'], text: '1' }],
    [write('d/b.js', 'new')],
    [write('d/c.js', 'new')],
  ),
  'a copy of the whole root of a stage has nothing of what an engine puts into containers': known(
    [base, 'COPY . /app', 'FROM busybox:1.37 AS s1', 'COPY --from=s0 / /x/', 'COPY --from=s0 /app/* /y/z/'],
    [write('d/a.txt'), write('k/b.js')],
    [write('d/a.txt', 'new')],
    [link('l', '..')],
    [write('k/b.js', 'new'), write('d/c')],
    [remove('l')],
  ),
  'what a link to a directory has shown is not gone when a directory takes its place': known(
    [base, 'COPY . /r/', 'RUN rm -rf /o0 && cp -a /r /o0', 'COPY d/ /ln/z'],
    [link('d', '..'), write('k/b.js'), write('a.txt')],
    [remove('d'), write('d/a.txt')],
    [remove('d'), link('d', '..')],
    [remove('d'), write('d/k/b.js', 'new')],
    [remove('d/k'), link('d/k', '../k')],
    [write('k/c')],
  ),
  'a place that only files of a pattern make goes on being one when the directory of the pattern goes': known(
    [base, 'COPY d/ r', 'FROM busybox:1.37 AS s1', 'COPY . /app/q', 'COPY --from=s0 /r/* /app/n/'],
    [write('d/t.txt'), write('d/s/.h')],
    [remove('d/s')],
    [write('d/t.txt', 'new')],
    [write('d/s/x')],
  ),
};
