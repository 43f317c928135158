import test from 'ava';
import type { BuildRequest } from '../../src/compose/compose-requests.js';
import { isBuilt } from '../../src/session/cached-build.js';

/** Asks a builder that prints these lines and goes on until it is given up, unless it `ends`. */
async function ask(lines: readonly string[], { ends }: { ends: boolean }): Promise<boolean> {
  const build = async ({ onLine, signal }: BuildRequest): Promise<void> => {
    for (const line of lines) onLine?.(line);
    if (ends || signal?.aborted) return;
    await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
  };
  const { signal } = new AbortController();
  return isBuilt({ cli: { build }, written: { buildFile: '/override' }, service: 'web', signal });
}

const cached = [
  '#6 [web 2/3] RUN make one',
  '#6 CACHED',
  '',
  '#7 [web build 3/3] RUN --mount=type=cache x',
  '#7 CACHED',
  '',
];

test('a build that takes all commands from its cache is there already', async (t) => {
  t.true(await ask([...cached, '#8 [web 3/3] COPY a b', '#8 DONE 0.1s'], { ends: true }));
});

test('a build is given up at the first command that is carried out', async (t) => {
  t.false(await ask([...cached, '#8 [web 3/3] RUN make two', '#8 0.213 making'], { ends: false }));
  t.false(await ask([...cached, '#8 [web 3/3] RUN make two', '#8 DONE 0.1s'], { ends: true }));
});

test('a command that nothing more is said of is being carried out', async (t) => {
  t.false(await ask(['#8 [web 3/3] RUN make two'], { ends: false }));
});

test('what a command of a cached step is called says nothing of another', async (t) => {
  t.false(await ask(['#8 [web 3/3] RUN make two', '#7 CACHED'], { ends: true }));
});
