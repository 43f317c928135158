import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
