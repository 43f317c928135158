import { messageOf } from '../../src/errors.js';
import { docker } from '../helpers/docker-command.js';
import { run } from '../helpers/run.js';
import type { UpProcess } from '../helpers/up-process.js';
import { nothing } from '../helpers/up-project.js';
import { type Kind, recover, type Scene, strike } from './kinds.js';
import { comesTo, describeMoment, drawMoment } from './moment.js';
import { SECRET, Victim } from './victim.js';

export interface AttackOptions extends Omit<Scene, 'victim'> {
  readonly kind: Kind;
  /** True: pushes with steps to run. */
  readonly runs: boolean;
  readonly tries: number;
  readonly onProgress: (line: string) => void;
}

/** Tries of which the last ends its session as a user does. */
const SPELL = 5;

/** Kills at random moments of pushes. Gives what was not as it has to be, one entry for each try that went wrong. */
export async function attack(options: AttackOptions): Promise<string[]> {
  const failures: string[] = [];
  // what went wrong once is no ground for more
  for (let from = 1; from <= options.tries; ) {
    const siege = new Siege(options, await Victim.create());
    try {
      const { next, failure } = await siege.go(from);
      from = next;
      if (failure !== undefined) failures.push(failure);
    } finally {
      await siege.end();
    }
  }
  return failures;
}

class Siege {
  readonly #options: AttackOptions;
  readonly #victim: Victim;
  readonly #scene: Scene;
  #up: UpProcess | undefined;
  /** Milliseconds that a push takes. */
  #lasts = 1000;

  constructor(options: AttackOptions, victim: Victim) {
    this.#options = options;
    this.#victim = victim;
    this.#scene = { ...options, victim };
  }

  /** Goes on until a try goes wrong, or all are done. */
  async go(from: number): Promise<{ readonly next: number; readonly failure?: string }> {
    const { kind, runs, tries, draw, onProgress } = this.#options;
    for (let at = from; at <= tries; at++) {
      const moment = drawMoment(draw, { runs, lasts: this.#lasts });
      const title = `${kind}, ${runs ? 'with' : 'without'} steps, try ${at}: ${describeMoment(moment)}`;
      const found = await this.#once(moment).catch((error) => [messageOf(error)]);
      if (found.length === 0 && (at % SPELL === 0 || at === tries)) found.push(...(await this.#leave()));
      onProgress(`${title}: ${found.length === 0 ? 'well' : 'WRONG'}`);
      if (found.length === 0) continue;
      const failure = [title, ...found, ...(this.#up ? storyOf(this.#up) : [])].join('\n');
      onProgress(failure);
      return { next: at + 1, failure };
    }
    return { next: tries + 1 };
  }

  async end(): Promise<void> {
    await this.#victim.remove();
  }

  async #once(moment: ReturnType<typeof drawMoment>): Promise<string[]> {
    const { kind, runs } = this.#options;
    const up = await this.#session();
    const before = kind === 'build container' ? await this.#victim.systems() : undefined;
    const since = up.mark();
    this.#victim.edit({ runs });
    await comesTo(moment, up, since);
    await this.#victim.noteVolumes();
    await strike(kind, this.#scene, up);
    const found = await this.#secretsOnDisk();
    await recover(kind, this.#scene, up, since);
    found.push(...(await this.#victim.harm(this.#told(up))));
    if (kind === 'tool' || kind === 'watch') {
      this.#up = undefined;
      found.push(...(await this.#nextSession()));
    } else {
      await up.push('web', since);
      await up.settled('web');
      if (before) found.push(...(await this.#victim.half(before)));
      found.push(...(await this.#nextSave(up)));
    }
    return [...found, ...(await this.#victim.lost())];
  }

  /** What the next session leaves wrong by when it is ready, or done. */
  async #nextSession(): Promise<string[]> {
    if (this.#options.kind === 'watch') {
      const push = this.#victim.project.run('push');
      const code = await push.ended();
      const wrong = [
        ...(code === 0 ? [] : [`push ended with ${code}: ${push.stderr}`]),
        ...(await this.#victim.wrong()),
      ];
      return wrong.length === 0 ? [] : [...wrong, 'It has told:', ...storyOf(push)];
    }
    const up = await this.#session();
    const wrong = await this.#victim.wrong();
    return wrong.length === 0 ? [] : [...wrong, 'It has told:', ...storyOf(up)];
  }

  /** The session that runs, or a new one. */
  async #session(): Promise<UpProcess> {
    this.#up ??= await this.#begin();
    return this.#up;
  }

  async #begin(): Promise<UpProcess> {
    const { kind } = this.#options;
    const { project } = this.#victim;
    if (kind === 'watch' && (await project.containers('web')).length === 0)
      await run('docker', ['compose', 'up', '--detach', '--build'], {
        cwd: project.folder,
        env: { ...process.env, ...project.env },
      });
    const up = kind === 'watch' ? project.run('watch') : project.up();
    await up.ready();
    await up.settled('web');
    await this.#victim.use();
    return up;
  }

  /** Nothing of what was going on is left half done, once the next edit is pushed. */
  async #nextSave(up: UpProcess): Promise<string[]> {
    const since = up.mark();
    const start = performance.now();
    this.#victim.edit(this.#options);
    const { outcome } = await up.push('web', since);
    this.#lasts = Math.round(performance.now() - start);
    await up.settled('web');
    const wrong = await this.#victim.wrong();
    return wrong.length === 0 ? [] : [`The next push was ${outcome}.`, ...wrong];
  }

  /** Ends the session as a user does. Gives what it has left. */
  async #leave(): Promise<string[]> {
    const up = this.#up;
    this.#up = undefined;
    if (!up) return [];
    const end = await up.stop();
    const { images, running, ...left } = await this.#victim.project.leftovers();
    const { images: _, running: __, ...none } = nothing;
    const kept = Object.entries(left).filter(
      ([what]) => left[what as keyof typeof left].length > none[what as keyof typeof none].length,
    );
    return [
      ...(end === 130 ? [] : [`The session ended with ${end}: ${up.stderr}`]),
      ...kept.map(([what, names]) => `Left: ${what}: ${names.join(', ')}`),
      ...(await this.#victim.volumesLeft()),
      ...(await this.#strayVolumes()),
    ];
  }

  /** Whole folders are looked through where the engine is ours. */
  async #secretsOnDisk(): Promise<string[]> {
    const { engine } = this.#options;
    if (!engine) return [];
    const listed = await run('grep', ['-rlF', SECRET, engine.dataRoot]).catch(() => '');
    return listed
      .split('\n')
      .filter((line) => line !== '')
      .map((path) => `The secret is on the disk: ${path}`);
  }

  async #strayVolumes(): Promise<string[]> {
    if (!this.#options.engine) return [];
    const names = (await docker('volume', 'ls', '--quiet')).stdout.trim().split('\n');
    return names.filter((name) => !name.endsWith('_data') && name !== '').map((name) => `Volume ${name} is left.`);
  }

  #told = (up: UpProcess): string => [...up.events.map((event) => JSON.stringify(event)), up.stderr].join('\n');
}

const storyOf = ({ events }: UpProcess): string[] =>
  events
    .filter(({ type }) => !['buildOutput', 'log'].includes(type))
    .slice(-60)
    .map((event) => `  ${JSON.stringify(event)}`);
