import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { bindChild, catchChild, endOf } from '../../src/compose/caught-child.js';
import { treeOf } from '../../src/compose/process-tree.js';

test('The process that a call starts is caught, and no other.', async (t) => {
  const { child, result } = catchChild(() => spawn('true'));
  t.is(child, result);
  t.is(catchChild(() => 'nothing').child, undefined);
  t.is(await endOf(result), 0);
});

test('A call that throws leaves nothing behind.', (t) => {
  t.throws(() => catchChild(() => JSON.parse('{')), { instanceOf: SyntaxError });
  const outside = spawn('true');
  t.not(catchChild(() => 1).child, outside);
});

test('A process that heeds SIGINT ends with it when the signal fires.', async (t) => {
  const child = spawn('sleep', ['60']);
  const abort = new AbortController();
  const stopListening = bindChild(child, abort.signal);
  abort.abort();
  t.deepEqual(await once(child, 'exit'), [null, 'SIGINT']);
  stopListening();
});

test('A process that does not heed SIGINT is killed.', async (t) => {
  const child = spawn('sh', ['-c', 'trap "" INT; echo ready; exec sleep 60']);
  await once(child.stdout, 'data');
  const abort = new AbortController();
  const stopListening = bindChild(child, abort.signal, 50);
  abort.abort();
  t.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  stopListening();
});

test('After it ended, the signal has no effect.', async (t) => {
  const child = spawn('true');
  const abort = new AbortController();
  const stopListening = bindChild(child, abort.signal, 1);
  await once(child, 'exit');
  stopListening();
  abort.abort();
  t.is(child.signalCode, null);
});

/** Starts a shell that leaves a program in a process group of its own, and gives the id of that one. */
async function startFamily(): Promise<{ child: ChildProcess; grandchild: number }> {
  const script = "trap '' INT; setsid sh -c 'echo $$; exec sleep 60'";
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(child.stdout, 'data');
  return { child, grandchild: Number(String(line)) };
}

const isThere = (pid: number): boolean => treeOf(pid).length > 0;

test('What a process has started in another group ends with it when the signal fires.', async (t) => {
  const { child, grandchild } = await startFamily();
  t.true(isThere(grandchild));
  const abort = new AbortController();
  const letGo = bindChild(child, abort.signal, 50);
  abort.abort();
  t.is(await endOf(child), null);
  letGo();
  await until(() => !isThere(grandchild));
  t.false(isThere(grandchild));
});

test('What a process that ended at once has left behind is killed as well.', async (t) => {
  const script = "setsid sh -c 'echo $$; exec >/dev/null; exec sleep 60' & wait";
  const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(child.stdout, 'data');
  const left = Number(String(line));
  const abort = new AbortController();
  const letGo = bindChild(child, abort.signal, 60_000);
  abort.abort();
  await once(child, 'exit');
  t.true(isThere(left));
  letGo();
  await until(() => !isThere(left));
  t.false(isThere(left));
});

test('Children end with the process that has started them.', async (t) => {
  const module = new URL('../../src/compose/caught-child.js', import.meta.url).href;
  const program = `
    import { spawn } from 'node:child_process';
    import { bindChild } from '${module}';
    const child = spawn('sh', ['-c', "setsid sh -c 'echo $$; exec sleep 60'"], { stdio: ['ignore', 'pipe', 'ignore'] });
    bindChild(child, new AbortController().signal);
    child.stdout.on('data', (line) => process.stdout.write(String(line), () => process.exit(3)));
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  t.is(await endOf(parent), 3);
  const left = Number(String(line));
  await until(() => !isThere(left));
  t.false(isThere(left));
});

/** Asks again and again; the test's own time ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
