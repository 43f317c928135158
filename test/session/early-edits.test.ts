import test, { type ExecutionContext } from 'ava';
import type { ProjectSession } from '../../src/session/project-session.js';
import { FailingWorld, start } from '../helpers/failing-world.js';

async function opened(t: ExecutionContext): Promise<{ world: FailingWorld; session: ProjectSession }> {
  const world = new FailingWorld(0, 'fails');
  t.teardown(() => world.remove());
  return { world, session: await world.open() };
}

const editOnce = (world: FailingWorld, content: string) => () => {
  world.onRead = () => {};
  world.write('src/file', content);
};

test('an edit right after the first build has read the file is pushed', async (t) => {
  const { world, session } = await opened(t);
  world.onRead = editOnce(world, 'edited');
  await start(session);
  await world.until(() => world.held.every((content) => content === 'edited'));
  await session.close();
  t.is(world.events.filter(({ type }) => type === 'livepushEnd').length, 1);
});

test('an edit right after a rebuild has read the file is pushed', async (t) => {
  const { world, session } = await opened(t);
  await start(session);
  world.onRead = editOnce(world, 'edited');
  await session.rebuild('web');
  await world.until(() => world.held.every((content) => content === 'edited'));
  await session.close();
  t.pass();
});

test('an edit of the Dockerfile between its reading and the watch is built', async (t) => {
  const { world, session } = await opened(t);
  await new Promise((resolve) => setTimeout(resolve, 20));
  world.write('Dockerfile', 'FROM base:1\nCOPY src/ /app/\nCMD ["other"]\n');
  await start(session);
  await world.until(() => world.events.some(({ type }) => type === 'rebuildEnd'));
  await session.close();
  t.like(
    world.events.find(({ type }) => type === 'rebuildStart'),
    { reason: 'Dockerfile changed' },
  );
});
