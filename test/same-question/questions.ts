import type { PushedContainer, Setting } from '../helpers/pushed-container.js';

/** An edit that both libraries are asked to push, to the same container. */
export interface Question extends Setting {
  /** Makes the edit, and gives the paths as a file watcher would: there or changed, and gone. */
  readonly edit: (made: PushedContainer) => Promise<{ changed?: readonly string[]; deleted?: readonly string[] }>;
}

const SLEEP = 'CMD ["sleep", "100000"]';

const write =
  (path: string, content: string): Question['edit'] =>
  async (made) => {
    await made.write(path, content);
    return { changed: [path] };
  };

const remove =
  (path: string, ...files: string[]): Question['edit'] =>
  async (made) => {
    await made.remove(path);
    return { deleted: files.length > 0 ? files : [path] };
  };

/** What is asked, by a name that says what is special about it. */
export const questions: Readonly<Record<string, Question>> = {
  'a file that a RUN reads': {
    dockerfile: ['FROM busybox:1.37', 'COPY a /a', 'RUN cat /a >/made', SLEEP],
    files: { a: '1' },
    edit: write('a', '2'),
  },
  'a save without an edit': {
    dockerfile: ['FROM busybox:1.37', 'COPY a /a', 'RUN cat /a >/made', SLEEP],
    files: { a: '1' },
    edit: write('a', '1'),
  },
  'a file behind the live command': {
    dockerfile: ['FROM busybox:1.37', 'COPY a /a', '#dev-cmd-live=sleep 100000', 'COPY src /src/', 'RUN false'],
    files: { a: '1', 'src/b': '1' },
    edit: write('src/b', '2'),
  },
  'a new mode': {
    dockerfile: ['FROM busybox:1.37', 'COPY bin /bin2/', SLEEP],
    files: { 'bin/x': 'echo' },
    edit: async (made) => {
      await made.chmod('bin/x', 0o755);
      return { changed: ['bin/x'] };
    },
  },
  'a deleted file': {
    dockerfile: ['FROM busybox:1.37', 'WORKDIR /app', 'COPY src ./src/', 'RUN ls src >list', SLEEP],
    files: { 'src/a': '1', 'src/b': '1' },
    edit: remove('src/b'),
  },
  'a deleted folder': {
    dockerfile: ['FROM busybox:1.37', 'COPY src /src/', SLEEP],
    files: { 'src/a': '1', 'src/deep/b': '1', 'src/deep/c': '1' },
    edit: remove('src/deep', 'src/deep/b', 'src/deep/c'),
  },
  'variables, a relative WORKDIR and a USER': {
    dockerfile: [
      ...['FROM busybox:1.37', 'ENV NAME=value', 'WORKDIR /srv', 'WORKDIR app', 'RUN chown 1000 .', 'USER 1000'],
      ...['COPY a ./', 'RUN echo $NAME $(id -u) $(pwd) $(cat a) >made', SLEEP],
    ],
    files: { a: '1' },
    edit: write('a', '2'),
  },
  'build arguments': {
    dockerfile: ['FROM busybox:1.37', 'ARG WHO=nobody', 'COPY a /a', 'RUN echo $WHO $(cat /a) >/made', SLEEP],
    files: { a: '1' },
    args: { WHO: 'me' },
    edit: write('a', '2'),
  },
  'COPY with --chown and a glob': {
    dockerfile: ['FROM busybox:1.37', 'COPY --chown=7:8 conf/*.txt /etc/app/', SLEEP],
    files: { 'conf/a.txt': '1', 'conf/b.txt': '1' },
    edit: write('conf/a.txt', '2'),
  },
  'ADD of a file': {
    dockerfile: ['FROM busybox:1.37', 'ADD a /a', SLEEP],
    files: { a: '1' },
    edit: write('a', '2'),
  },
  'an earlier stage': {
    dockerfile: [
      ...['FROM busybox:1.37 AS build', 'COPY src /src/', 'RUN mkdir -p /out && cat /src/* >/out/app'],
      ...['FROM busybox:1.37', 'COPY --from=build /out /srv', 'COPY b /b', 'RUN cat /srv/app /b >/both', SLEEP],
    ],
    files: { 'src/a': '1', 'src/c': '1', b: '1' },
    edit: write('src/a', '2'),
  },
  'an earlier stage that makes one file less': {
    dockerfile: [
      ...['FROM busybox:1.37 AS build', 'COPY src /src/', 'RUN rm -rf /out && cp -r /src /out'],
      ...['FROM busybox:1.37', 'COPY --from=build /out /srv', SLEEP],
    ],
    files: { 'src/a': '1', 'src/b': '1' },
    edit: remove('src/b'),
  },
};
