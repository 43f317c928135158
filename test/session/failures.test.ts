import test, { type ExecutionContext } from 'ava';
import type { ProjectSession } from '../../src/session/project-session.js';
import { FailingWorld, type Fault, start } from '../helpers/failing-world.js';

/** Worlds at a time. */
const AT_ONCE = 8;
/** Saves after which everything has to be as the last one says. */
const MOST_SAVES = 3;

/** What is done with a session that has started. */
const sequences: Readonly<Record<string, (session: ProjectSession, world: FailingWorld) => Promise<void>>> = {
  push: async (session, world) => {
    world.write('src/file', 'pushed');
    const isOver = () => world.events.some(({ type }) => type === 'livepushEnd');
    await world.until(() => isOver() || world.held.length === 0);
    await session.settled();
  },
  rebuild: (session) => session.rebuild('web'),
  reload: async (session, world) => {
    world.write('Dockerfile', 'FROM base:1\nENV A=1\nCOPY src/ /app/\nCMD ["app"]\n');
    await world.until(() => world.events.some(({ type }) => type === 'rebuildEnd' || type === 'diagnostic'));
    await session.settled();
  },
  scale: async (session, world) => {
    await world.scale();
    await session.settled();
  },
};

/** Saves until all containers hold what was saved last; the service may have to try again. */
async function saveAgain(session: ProjectSession, world: FailingWorld): Promise<boolean> {
  for (let save = 1; save <= MOST_SAVES; save++) {
    const { length } = world.events;
    world.write('src/file', `save ${save}`);
    const ends = ['livepushEnd', 'rebuildEnd'];
    await world.until(
      () => world.held.length === 0 || world.events.slice(length).some(({ type }) => ends.includes(type)),
    );
    await session.settled();
    if (world.held.every((content) => content === `save ${save}`)) return true;
  }
  return false;
}

/** Number of calls that a sequence makes when nothing goes wrong, from those of its start on. */
async function countCalls(name: string): Promise<{ before: number; all: number; closed: number }> {
  const world = new FailingWorld(0, 'fails');
  try {
    const session = await world.open();
    await start(session);
    const before = world.calls.length;
    await sequences[name]?.(session, world);
    const all = world.calls.length;
    await session.close();
    return { before, all, closed: world.calls.length };
  } finally {
    world.remove();
  }
}

/** Runs worlds, a few at a time. */
async function forEach(numbers: readonly number[], run: (at: number) => Promise<void>): Promise<void> {
  const left = [...numbers];
  const work = async () => {
    for (let at = left.shift(); at !== undefined; at = left.shift()) await run(at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

async function fail(
  t: ExecutionContext,
  { name, at, fault }: { name: string; at: number; fault: Fault },
): Promise<void> {
  const world = new FailingWorld(at, fault);
  const where = () => `${name}, call ${at} ${fault}: ${world.calls[at - 1]}`;
  try {
    const session = await world.open().catch(() => undefined);
    if (!session) return void t.deepEqual(world.leftovers, [], where());
    const hasStarted = await start(session).then(
      () => true,
      () => false,
    );
    if (hasStarted) {
      await sequences[name]?.(session, world).catch(() => {});
      const kinds = session.sessions.map(({ state }) => state.kind);
      t.true(
        kinds.every((kind) => kind === 'attached' || kind === 'retrying'),
        `${where()}: ${kinds}`,
      );
      t.true(await saveAgain(session, world), `${where()}: ${world.held}`);
    }
    await session.close();
    t.deepEqual(world.leftovers, [], where());
  } finally {
    world.remove();
  }
}

for (const name of Object.keys(sequences))
  for (const fault of ['fails', 'vanishes'] as const)
    test(`${name}: whichever call ${fault}, the service gets the next saves, and nothing is left behind`, async (t) => {
      const { before, all } = await countCalls(name);
      t.true(all > before);
      await forEach(range(before + 1, all), (at) => fail(t, { name, at, fault }));
    });

for (const fault of ['fails', 'vanishes'] as const)
  test(`start: whichever call ${fault}, the session is closed, and nothing is left behind`, async (t) => {
    const { before } = await countCalls('push');
    await forEach(range(1, before), (at) => fail(t, { name: 'start', at, fault }));
  });

test('close: whichever call fails, it comes to its end, and the next session removes what is left', async (t) => {
  const { all, closed } = await countCalls('push');
  t.true(closed > all);
  await forEach(range(all + 1, closed), async (at) => {
    const world = new FailingWorld(at, 'fails');
    try {
      const session = await world.open();
      await start(session);
      await sequences.push?.(session, world);
      await session.close();
      await (await world.open()).close();
      t.deepEqual(world.leftovers, [], `close, call ${at}: ${world.calls[at - 1]}`);
    } finally {
      world.remove();
    }
  });
});

/** Aborts a session in which a call hangs, and closes it. */
async function hang(t: ExecutionContext, name: string, at: number): Promise<void> {
  const world = new FailingWorld(at, 'hangs');
  try {
    const session = await world.open();
    await start(session);
    // what comes of events may take fewer calls than when they were counted
    let isOver = false;
    void sequences[name]?.(session, world)
      .catch(() => {})
      .finally(() => (isOver = true));
    await world.until(() => isOver || world.calls.length >= at);
    if (world.calls.length < at) world.mend();
    world.abort.abort(new Error('enough'));
    await session.close();
    t.deepEqual(world.leftovers, [], `${name}, call ${at} hangs: ${world.calls[at - 1]}`);
  } finally {
    world.remove();
  }
}

for (const name of Object.keys(sequences))
  test(`${name}: whichever call never answers, the signal ends the session, and nothing is left behind`, async (t) => {
    const { before, all } = await countCalls(name);
    await forEach(range(before + 1, all), (at) => hang(t, name, at));
  });
