import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { FileWatch } from '../../src/watch/watch-files.js';
import { tempContext } from './temp-context.js';

/** Follows files; `changed` resolves with the next change, and is to be asked for before the edit. */
async function following(t: ExecutionContext, files: readonly string[]) {
  let wake: () => void = () => {};
  const watch = new FileWatch({
    window: { quiet: 20, cap: 200 },
    onChange: () => wake(),
    onError: (error) => t.fail(error.message),
  });
  t.teardown(() => watch.close());
  await watch.follow(files);
  const changed = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return { watch, changed };
}

test('A file whose folder goes and comes back is followed all along.', async (t) => {
  const context = await tempContext(t, 'a/Dockerfile');
  const [folder, away] = [join(context.root, 'a'), join(context.root, 'away')];
  const { changed } = await following(t, [join(folder, 'Dockerfile')]);
  let next = changed();
  await rename(folder, away);
  await next;
  next = changed();
  await rename(away, folder);
  await next;
  next = changed();
  await context.write('a/Dockerfile', 'edited');
  await next;
  next = changed();
  await rm(folder, { recursive: true });
  await next;
  next = changed();
  await context.write('a/Dockerfile', 'made anew');
  await next;
  t.pass();
});

test('A file whose folder is not there yet is seen when both come.', async (t) => {
  const context = await tempContext(t);
  const { changed } = await following(t, [join(context.root, 'deep/er/.env')]);
  const next = changed();
  await mkdir(join(context.root, 'deep'));
  await context.write('deep/er/.env');
  await next;
  t.pass();
});

test('What was edited between the reading and the watch is told, a file that went or came too.', async (t) => {
  const { root, write } = await tempContext(t, 'old', 'edited', 'gone/file', 'link');
  const isTold = async (name: string, edit: () => Promise<unknown>): Promise<boolean> => {
    // times of files are those of the last tick of a clock
    await delay(20);
    const readAt = Date.now();
    await delay(20);
    await edit();
    let tell: () => void = () => {};
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const onError = (error: Error) => t.fail(error.message);
    const watch = new FileWatch({ window: { quiet: 20, cap: 200 }, onChange: tell, onError });
    await watch.follow([join(root, name)], readAt);
    const suspects = watch.suspects();
    if (suspects) await told;
    await watch.close();
    return suspects;
  };
  t.false(await isTold('old', async () => {}));
  t.true(await isTold('edited', () => write('edited', 'another')));
  t.true(await isTold('gone/file', () => rm(join(root, 'gone/file'))));
  t.true(await isTold('new', () => write('new')));
  t.false(await isTold('not/there', () => write('gone/other')));
  t.true(
    await isTold('link', async () => {
      await rm(join(root, 'link'));
      await symlink('old', join(root, 'link'));
    }),
  );
});

test('An edit is known before its event comes, and told even if it is taken back at once.', async (t) => {
  const context = await tempContext(t, 'Dockerfile');
  const file = join(context.root, 'Dockerfile');
  const text = readFileSync(file, 'utf8');
  const { watch, changed } = await following(t, [file, join(context.root, 'not-there')]);
  t.false(watch.suspects());
  writeFileSync(file, text);
  t.false(watch.suspects());
  const next = changed();
  writeFileSync(file, 'edited');
  t.true(watch.suspects());
  writeFileSync(file, text);
  await next;
  t.false(watch.suspects());
});

test('A link is followed to where it ends, over other links and through folders that are links, and when it is pointed elsewhere.', async (t) => {
  const context = await tempContext(t, 'real/one', 'real/two', 'project/other');
  const [one, two] = [join(context.root, 'real/one'), join(context.root, 'real/two')];
  const [project, file] = [join(context.root, 'project'), join(context.root, 'project/conf/env')];
  await symlink('../between', join(project, 'conf'));
  await mkdir(join(context.root, 'between'));
  await symlink('../real/hop', join(context.root, 'between/env'));
  await symlink('one', join(context.root, 'real/hop'));
  const { changed } = await following(t, [file]);
  let next = changed();
  await writeFile(one, 'edited where it is');
  await next;
  next = changed();
  await writeFile(`${one}.new`, 'put in its place');
  await rename(`${one}.new`, one);
  await next;

  next = changed();
  await symlink('two', join(context.root, 'real/hop.new'));
  await rename(join(context.root, 'real/hop.new'), join(context.root, 'real/hop'));
  await next;
  next = changed();
  await writeFile(two, 'edited where it leads now');
  await next;

  // the folder on the way
  next = changed();
  await mkdir(join(context.root, 'elsewhere'));
  await writeFile(join(context.root, 'elsewhere/env'), 'a plain file');
  await symlink('../elsewhere', join(project, 'conf.new'));
  await rename(join(project, 'conf.new'), join(project, 'conf'));
  await next;
  next = changed();
  await writeFile(join(context.root, 'elsewhere/env'), 'edited in another folder');
  await next;
  t.pass();
});

test('A link that leads nowhere is followed to where its file will be.', async (t) => {
  const context = await tempContext(t, 'project/other');
  const file = join(context.root, 'project/.env');
  await symlink('../shared/env', file);
  const { changed } = await following(t, [file]);
  let next = changed();
  await context.write('shared/env', 'there');
  await next;
  next = changed();
  await context.write('shared/env', 'edited');
  await next;
  t.pass();
});
