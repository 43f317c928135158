import type { OwnEngine } from '../helpers/own-engine.js';
import type { UpProcess } from '../helpers/up-process.js';
import type { Draw } from '../soak/edits.js';
import type { Victim } from './victim.js';

/** What is killed in the middle of a push. */
export const KINDS = ['tool', 'watch', 'build container', 'service', 'engine'] as const;
export type Kind = (typeof KINDS)[number];

export interface Scene {
  readonly victim: Victim;
  readonly draw: Draw;
  /** An engine that may be killed; only then there is kind `engine`. */
  readonly engine: OwnEngine | undefined;
}

/** Kills it. */
export async function strike(kind: Kind, scene: Scene, up: UpProcess): Promise<void> {
  const { victim, engine, draw } = scene;
  switch (kind) {
    case 'tool':
    case 'watch':
      await up.stop('SIGKILL');
      return;
    case 'build container':
      // as the engine does for want of memory, or as somebody does who clears up
      return endOne(scene, await victim.helpers(), draw(2) === 0 ? 'kill' : 'remove');
    case 'service':
      return endOne(scene, await victim.replicas(), 'kill');
    case 'engine':
      return engine?.kill();
  }
}

/** One that is gone by then is none. */
async function endOne({ victim, draw }: Scene, ids: readonly string[], how: 'kill' | 'remove'): Promise<void> {
  const id = ids[draw(ids.length)];
  if (id === undefined) return;
  const container = victim.project.engine.container(id);
  await (how === 'kill' ? container.kill('KILL') : container.remove()).catch(() => {});
}

/** Whatever was killed is there again, as a user would have it. */
export async function recover(kind: Kind, { engine, victim }: Scene, up: UpProcess, since: number): Promise<void> {
  if (kind !== 'engine' || !engine) return;
  await engine.begin();
  await up.wait('diagnostic', { since, where: ({ code }) => code === 'engine-back' });
  await victim.running();
}
