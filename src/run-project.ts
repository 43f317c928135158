import { setMaxListeners } from 'node:events';
import type { Engine } from './docker/engine.js';
import { LivepushError, messageOf } from './errors.js';
import type { EventSink } from './events.js';
import type { SessionControl } from './session/control.js';
import { noteFolder } from './session/note-folder.js';
import { beginReading, openCompose, type ProjectOptions } from './session/open-compose.js';
import type { ProjectSession } from './session/project-session.js';
import type { SessionOptions } from './session/run.js';
import { slowEnd, tellSlowEnd } from './session/slow-end.js';
import type { Waits } from './session/waits.js';

/** Which project, and what is wanted of its session. */
export type RunOptions = ProjectOptions & Omit<SessionOptions, 'compare'>;

/** What a session is given of its surroundings. */
export interface RunContext {
  readonly env: NodeJS.ProcessEnv;
  readonly sink: EventSink;
  /** Ends the session. */
  readonly signal: AbortSignal;
  readonly tmpdir: string;
  readonly homedir: string;
  /** Handed the session's controls as soon as they can be used. */
  readonly onControl?: (control: SessionControl) => void;
}

/**
 * Brings a compose project up in live mode and keeps its containers up to date until the signal fires; then stops what
 * it started and removes what it made. A first build that fails is told, and tried again at the next save of anything of the
 * project; where `CI` is set in the environment, it ends the session. Throws `LivepushError`, after the same cleaning up.
 */
export async function runProject(options: RunOptions, context: RunContext): Promise<void> {
  while ((await runOnce(options, context)) === 'again');
}

/** Whether another session follows one. */
type Ending = 'over' | 'again';

const runOnce = (options: RunOptions, context: RunContext): Promise<Ending> =>
  withSession('up', { ...options, compare: !options.build }, context, async (session) => {
    await session.watch();
    if (!(await buildsNow(session, context))) return 'again';
    await session.up();
    await session.attach();
    if (!options.build) await session.catchUp();
    await session.follow();
    const services = session.announced();
    void context.sink({ type: 'ready', project: session.project.name, services });
    context.onControl?.(session);
    void session.openAhead();
    await aborted(context.signal);
    return 'over';
  });

/** Builds; false when that has failed, and something was edited since. Throws what a build throws in any other case. */
async function buildsNow(session: ProjectSession, { env, sink, signal }: RunContext): Promise<boolean> {
  try {
    await session.build();
    return true;
  } catch (error) {
    if (!(error instanceof LivepushError) || error.code !== 'build-failed' || env.CI || signal.aborted) throw error;
    const { code, message } = error;
    const hint = 'It is built again at the next save.';
    void sink({ type: 'diagnostic', severity: 'error', code, message, hint });
    await Promise.race([session.edited, aborted(signal)]);
    if (signal.aborted) throw error;
    return false;
  }
}

/** What a session needs to know when it starts nothing itself. */
export type WatchOptions = Omit<RunOptions, 'build' | 'keep'>;

/**
 * Pushes edits into a project that is running already, beginning with what was edited since its images were built, until
 * the signal fires. The containers go on running. Throws `LivepushError`.
 */
export async function watchProject(options: WatchOptions, context: RunContext): Promise<void> {
  await withSession('watch', { ...options, build: false, keep: true, compare: true }, context, async (session) => {
    await session.expectRunning();
    await session.watch();
    await session.build();
    await session.attachRunning();
    await session.catchUp();
    await session.follow();
    const services = session.announced();
    void context.sink({ type: 'ready', project: session.project.name, services });
    context.onControl?.(session);
    await aborted(context.signal);
    return 'over';
  });
}

export interface PushOptions extends Omit<WatchOptions, 'logs' | 'poll' | 'debounceMs'> {
  /** Absolute paths; empty for all that was edited. */
  readonly paths: readonly string[];
}

/**
 * Pushes once what was edited since the images of a running project were built. Gives the services whose push failed.
 * Throws `LivepushError`.
 */
export async function pushProject(options: PushOptions, context: RunContext): Promise<readonly string[]> {
  const failed = new Set<string>();
  let isIdle = true;
  const sink: EventSink = (event) => {
    if (['livepushStart', 'rebuildStart', 'plan'].includes(event.type)) isIdle = false;
    if (event.type === 'diagnostic' && event.severity !== 'note') isIdle = false;
    if (event.type === 'livepushEnd' && event.outcome === 'failed') failed.add(event.service);
    if (event.type === 'livepushEnd' && event.outcome === 'done') failed.delete(event.service);
    if (event.type === 'rebuildEnd') failed[event.ok ? 'delete' : 'add'](event.service);
    return context.sink(event);
  };
  const how = { ...options, build: false, keep: true, compare: true, logs: false, poll: true, debounceMs: 0 };
  await withSession('push', how, { ...context, sink }, async (session) => {
    await session.expectRunning();
    await session.build();
    await session.attachRunning();
    await session.catchUp(options.paths.length > 0 ? options.paths : undefined);
    await session.settled();
    const message = 'There is nothing to push: the containers are up to date.';
    if (isIdle) void sink({ type: 'diagnostic', severity: 'note', code: 'nothing-to-push', message });
    return 'over';
  });
  return [...failed];
}

/** What may be done with containers that were stopped. */
const NEXT =
  '`docker compose start` starts the containers again with all that was pushed; ' +
  '`docker compose up` makes new ones from the images, as they were built before the pushes';

/** Opens a session, and closes it whatever comes. An end that was asked for is no error. */
async function withSession(
  command: string,
  options: ProjectOptions & SessionOptions,
  context: RunContext,
  use: (session: ProjectSession) => Promise<Ending>,
): Promise<Ending> {
  const { env, sink, signal, tmpdir, homedir } = context;
  // each log that is followed listens for the end: as many as there are containers
  setMaxListeners(0, signal);
  const faults: unknown[] = [];
  let waits: Waits | undefined;
  const settled = tellSlowEnd(signal, () => sink(slowEnd(waits?.latest)));
  let ok = false;
  let next: string | undefined;
  let ending: Ending = 'over';
  try {
    const cli = openCompose(options, env, signal);
    // compose reads the project while the most of this program is loaded
    const reading = beginReading(cli, options.services);
    const [{ openEngine }, { openRun }, sessions] = await Promise.all([
      import('./session/find-project.js'),
      import('./session/open-run.js'),
      import('./session/project-session.js'),
    ]);
    // compose says best what is wrong with the way to an engine
    const engine = await openEngineOr(() => openEngine(options, context), reading.loaded);
    const folder = noteFolder(env, context.homedir);
    try {
      const run = openRun(options, { env, tmpdir, homedir, sink, signal }, engine);
      waits = run.waits;
      const session = await sessions.ProjectSession.open(run, { folder, command, reading });
      try {
        ending = await use(session);
        ok = true;
      } finally {
        faults.push(...(await session.close()));
        if (session.stopsPushed) next = NEXT;
      }
    } finally {
      engine.close();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    settled();
    for (const fault of faults) {
      const message = `Not everything could be cleaned up: ${messageOf(fault)}`;
      void sink({ type: 'diagnostic', severity: 'warning', code: 'cleanup', message });
    }
    if (ending === 'over' || signal.aborted)
      void sink({ type: 'stopped', reason: reasonOf(signal, ok), ...(next !== undefined && { next }) });
  }
  return signal.aborted ? 'over' : ending;
}

/** Opens the engine; when that fails, the fault of the project comes first. */
async function openEngineOr(open: () => Engine, loaded: Promise<unknown>): Promise<Engine> {
  try {
    return open();
  } catch (error) {
    await loaded;
    throw error;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const reasonOf = ({ aborted: ended, reason }: AbortSignal, ok: boolean): string =>
  ended ? messageOf(reason) : ok ? 'done' : 'failed';
