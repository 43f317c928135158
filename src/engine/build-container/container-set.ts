import type { Target } from '../target.js';

/** Build containers of one service that are of one state: those of its stages that were ever needed. */
export class ContainerSet {
  /** Of earlier stages, by their number. */
  readonly earlier: ReadonlyMap<number, Target>;
  /** That of the final stage. */
  readonly final: Target | undefined;

  constructor(earlier: ReadonlyMap<number, Target>, final: Target | undefined) {
    this.earlier = new Map([...earlier].filter(([, { opened }]) => opened !== undefined));
    this.final = final?.opened === undefined ? undefined : final;
  }

  get all(): Target[] {
    return [...this.earlier.values(), ...(this.final ? [this.final] : [])];
  }

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  /** Ends their sessions and removes them; one that is gone is no trouble. */
  async remove(): Promise<void> {
    for (const target of this.all) target.closeSessions();
    await Promise.allSettled(this.all.map(async (target) => (await target.opened)?.remove()));
  }
}
