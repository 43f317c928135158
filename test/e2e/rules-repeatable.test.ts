import { testRules } from '../helpers/rule-cases.js';

const debian = 'FROM debian:bookworm-slim';

// what a push may replay, and what only a build gets right: each case is compared with a clean build
testRules({
  'a folder that is copied to a name of its own': {
    dockerfile: ['WORKDIR /w', 'COPY a src/a', 'RUN cp -r src out'],
    tree: { a: '1' },
    edits: [{ change: { a: '2' }, outcome: 'rebuild' }],
  },
  'a folder whose contents are copied': {
    dockerfile: ['WORKDIR /w', 'COPY a src/a', 'RUN cp -r src/. out && rm -rf o2 && cp -a src o2 && cp -r src/a b'],
    tree: { a: '1' },
    edits: [{ change: { a: '2' } }],
  },
  'a folder that is made anew, and moved to a name of its own': {
    dockerfile: ['WORKDIR /w', 'COPY a a', 'RUN mkdir -p b && cp a b && mv b out'],
    tree: { a: '1' },
    edits: [{ change: { a: '2' }, outcome: 'rebuild' }],
  },
  'a folder that is made anew, and moved over what is removed': {
    dockerfile: [
      'WORKDIR /w',
      'COPY a a',
      'RUN mkdir -p b && cp a b && rm -rf out && mv b out && cp a c && mv c /bin/c',
    ],
    tree: { a: '1' },
    edits: [{ change: { a: '2' } }],
  },
  'a line that is appended to the file that the only COPY writes': {
    dockerfile: [
      'COPY --from=debian:bookworm-slim /etc/debian_version /etc/version',
      'COPY a /w/a',
      'RUN echo more >>/w/a && sed -i "1i first" /w/a',
    ],
    tree: { a: '1\n' },
    edits: [{ change: { a: '2\n' } }, { change: { a: '3\n' } }],
  },
  'a line that is appended to one of two files': {
    dockerfile: ['COPY a /w/a', 'COPY b /w/b', 'RUN echo more >>/w/a'],
    tree: { a: '1\n', b: '1' },
    edits: [{ change: { b: '2' }, outcome: 'rebuild' }],
  },
  'what an image gave is moved away': {
    dockerfile: ['COPY --from=debian:bookworm-slim /etc/debian_version /t/v', 'COPY a /w/a', 'RUN mv /t/v /w/v'],
    tree: { a: '1' },
    edits: [{ change: { a: '2' }, outcome: 'rebuild' }],
  },
  'a branch that an argument switches off': {
    dockerfile: [
      'ARG EXTRA=false',
      'ENV MODE=production',
      'COPY a /w/a',
      'RUN if [ $EXTRA = true ]; then mkdir /e; fi; [ "$MODE" = production ] || ln -s /w /d',
    ],
    tree: { a: '1' },
    edits: [{ change: { a: '2' } }],
  },
  'a branch that an argument of the compose file switches on': {
    dockerfile: ['ARG EXTRA=false', 'COPY a /w/a', 'RUN if [ $EXTRA = true ]; then mkdir /e; fi'],
    build: () => ({ args: { EXTRA: 'true' } }),
    clean: () => ({ args: { EXTRA: 'true' } }),
    tree: { a: '1' },
    edits: [{ change: { a: '2' }, outcome: 'rebuild' }],
  },
  'a replacement that fits its own pattern': {
    dockerfile: ['RUN echo listen 80 >/conf', 'COPY a /w/a', "RUN sed -i 's/listen 80/listen 8080/' /conf"],
    tree: { a: '1' },
    edits: [{ change: { a: '2' }, outcome: 'rebuild' }],
  },
  'a replacement that does not': {
    dockerfile: ['RUN echo listen 80 >/conf', 'COPY a /w/a', "RUN sed -i 's/^listen 80$/listen 8080/' /conf"],
    tree: { a: '1' },
    edits: [{ change: { a: '2' } }],
  },
  'an account whose options stand together': {
    dockerfile: [debian, 'COPY a /w/a', 'RUN useradd -ms /bin/bash app && chown -R app /w'],
    tree: { a: '1' },
    edits: [{ change: { a: '2' }, outcome: 'rebuild' }],
  },
  'two files of one stage that are used up': {
    dockerfile: [
      'FROM busybox:1.37 AS made',
      'COPY a b /s/',
      'FROM busybox:1.37',
      'COPY --from=made /s/a /t/a',
      'COPY --from=made /s/b /t/b',
      'RUN cat /t/a /t/b >/both && rm /t/a /t/b',
    ],
    tree: { a: '1', b: '1' },
    edits: [{ change: { a: '2' } }, { change: { b: '2' } }],
  },
  'owners and modes of what later steps make': {
    dockerfile: [
      'COPY src /app/src',
      'RUN chown -R 1000:1000 /app && chmod -R g+w /app',
      'COPY late /app/late',
      'RUN mkdir -p /app/made && cat /app/late/x >/app/made/x',
      'WORKDIR /app/later/deep',
    ],
    tree: { 'src/a': '1', 'late/x': '1' },
    edits: [{ change: { 'src/a': '2' }, outcome: 'rebuild' }, { change: { 'late/x': '2' } }],
  },
  'owners and modes of what no later step makes': {
    dockerfile: ['COPY src /app/src', 'RUN chown -R 1000:1000 /app && chmod -R g+w /app', 'COPY late /late'],
    tree: { 'src/a': '1', 'src/d/b': '1', 'late/x': '1' },
    edits: [
      { change: { 'src/a': '2', 'src/c': '1' } },
      { change: { 'src/d/b': { content: '1', mode: 0o755 } } },
      { change: { 'late/x': { content: '1', mode: 0o755 } } },
    ],
  },
});
