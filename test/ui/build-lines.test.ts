import test from 'ava';
import type { LivepushEvent } from '../../src/events.js';
import { BuildLines } from '../../src/ui/build-lines.js';

const output = (line: string, service = 'web'): LivepushEvent => ({ type: 'buildOutput', service, line });

function linesWorth(...events: LivepushEvent[]): string[] {
  const lines = new BuildLines();
  return events
    .flatMap((event) => [...lines.worth(event)])
    .map((event) => ('line' in event ? `${event.line}` : event.type));
}

const end: LivepushEvent = { type: 'buildEnd', service: 'web', ok: true, durationMs: 1 };

test('steps that run are shown with what they print, and what BuildKit does besides is not', (t) => {
  const shown = linesWorth(
    output('#0 building with "default" instance using docker driver'),
    output('#1 [web internal] load build definition from web.Dockerfile'),
    output('#1 DONE 0.4s'),
    output('#2 [web 1/3] FROM docker.io/library/node:20'),
    output('#2 DONE 0.4s'),
    output('#3 [web 2/3] COPY package.json ./'),
    output('#3 CACHED'),
    output('#4 [web 3/3] RUN npm ci'),
    output('#4 1.2 added 3 packages'),
    output('#4 DONE 1.3s'),
    output('#5 [web] exporting to image'),
    output('#5 DONE 0.1s'),
    end,
  );
  t.deepEqual(shown, ['#4 [web 3/3] RUN npm ci', '#4 1.2 added 3 packages', '#4 DONE 1.3s', 'buildEnd']);
});

test('steps of several builds may take turns, and have numbers of their own', (t) => {
  const shown = linesWorth(
    output('#4 [web 3/3] RUN make'),
    output('#4 [api 3/3] RUN true', 'api'),
    output('#4 CACHED', 'api'),
    output('#4 0.1 made'),
    output('#4 0.1 never', 'api'),
  );
  t.deepEqual(shown, ['#4 [web 3/3] RUN make', '#4 0.1 made']);
});

test('a step in a build for pushes has the name of the service', (t) => {
  const shown = linesWorth(output('#4 [web-livepush-lower-0 build 2/2] RUN npm ci'), end);
  t.deepEqual(shown, ['#4 [web build 2/2] RUN npm ci', 'buildEnd']);
  t.deepEqual(linesWorth(output(' > [web-livepush-lower-0 2/2] RUN npm ci:')), [' > [web 2/2] RUN npm ci:']);
});

test('errors are shown whole, wherever they come from', (t) => {
  const trouble = ['#3 ERROR: not found', '------', ' > [web internal] load metadata:', 'failed to solve: not found'];
  t.deepEqual(
    linesWorth(output('#3 [web internal] load metadata for x'), ...trouble.map((line) => output(line))),
    trouble,
  );
});
