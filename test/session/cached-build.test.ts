import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { BuildRequest } from '../../src/compose/compose-requests.js';
import { isBuilt } from '../../src/session/cached-build.js';

/** Asks a builder that prints these lines and goes on until it is given up, unless it `ends`. */
async function ask(lines: readonly string[], { ends }: { ends: boolean }): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'livepush-cached-'));
  const removed: string[] = [];
  const build = async ({ overrides = [], onLine, signal }: BuildRequest): Promise<void> => {
    const [, own = ''] = overrides;
    // what is there keeps its name
    if (!(await readFile(own, 'utf8')).includes('docker-livepush/shop/web/cached:live')) throw new Error('no name');
    for (const line of lines) onLine?.(line);
    if (ends || signal?.aborted) return;
    await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
  };
  const { signal } = new AbortController();
  const engine = { removeImage: async (image: string) => void removed.push(image) };
  try {
    const written = { buildFile: '/override', folder };
    const has = await isBuilt({ cli: { build }, engine, written, project: 'shop', service: 'web', signal });
    return has && removed.length === 1;
  } finally {
    await rm(folder, { recursive: true });
  }
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
