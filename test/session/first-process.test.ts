import test from 'ava';
import type { Container, ContainerInfo, LogLine, LogOptions } from '../../src/docker/engine.js';
import { readDemand } from '../../src/session/first-process.js';

const at = (seconds: number): string => `2026-01-01T00:00:${String(seconds).padStart(2, '0')}.000000000Z`;

/** A container with lines of output, as an engine gives them. */
function containerOf(
  state: Pick<ContainerInfo, 'running' | 'startedAt' | 'finishedAt'>,
  lines: readonly (readonly [time: string, text: string])[],
): Pick<Container, 'inspect' | 'followLogs'> {
  return {
    inspect: async () => state as ContainerInfo,
    followLogs: async ({ since = '', onLine }: LogOptions) => {
      for (const [time, text] of lines)
        if (time > since) await onLine({ stream: 'stderr', text, time } satisfies LogLine);
    },
  };
}

const demand = 'init: must be run as PID 1';
const { signal } = new AbortController();

test('what a process printed before the engine noted its start counts', async (t) => {
  const container = containerOf({ running: true, startedAt: at(3), finishedAt: undefined }, [[at(2), demand]]);
  t.is(await readDemand(container, signal), demand);
});

test('what the process before it has said does not count', async (t) => {
  const lines = [[at(1), demand]] as const;
  t.is(await readDemand(containerOf({ running: true, startedAt: at(3), finishedAt: at(2) }, lines), signal), undefined);
  const both = [...lines, [at(3), `${demand}, again`]] as const;
  const container = containerOf({ running: true, startedAt: at(4), finishedAt: at(2) }, both);
  t.is(await readDemand(container, signal), `${demand}, again`);
});

test('a container that has ended has said what it said before its end', async (t) => {
  const container = containerOf({ running: false, startedAt: at(1), finishedAt: at(3) }, [[at(2), demand]]);
  t.is(await readDemand(container, signal), demand);
});
