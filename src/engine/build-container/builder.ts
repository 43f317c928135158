import type { Container, Engine } from '../../docker/engine.js';
import type { Stage } from '../../dockerfile/model.js';
import { isWithin } from '../../plan/context-tree.js';
import { type StageHistory, Target } from '../target.js';
import { type Account, accountFor } from './account.js';
import type { FoundPath } from './found-paths.js';
import { Ledger } from './ledger.js';
import { lookAt } from './look-at.js';
import { type BuildContainerOptions, openBuildContainer, reviveContainer } from './open-build-container.js';
import { Pristine } from './pristine.js';

type BuilderOptions = Omit<BuildContainerOptions, 'stage'> & {
  /** The final stage. */
  readonly of: Stage;
  readonly history: StageHistory;
};

/** The build container of a service's final stage: its steps run there, and what they change lands in the service's containers. */
export class Builder {
  #target: Target;
  readonly ledger: Ledger;
  readonly #open: () => Promise<Container>;
  readonly #history: StageHistory;
  readonly #pristine: Pristine;

  /** @param ledger what the service's containers hold by earlier pushes */
  constructor(engine: Engine, { of, history, ...options }: BuilderOptions, ledger = new Ledger()) {
    this.ledger = ledger;
    this.#open = () => openBuildContainer(engine, { ...options, stage: of.index });
    this.#pristine = new Pristine(this.#open);
    this.#history = history;
    this.#target = this.#make(of);
  }

  get target(): Target {
    return this.#target;
  }

  #make(stage: Stage): Target {
    // both are needed as soon as a step has run, and take the same time to start
    const open = () => {
      void this.#pristine.open().catch(() => {});
      return this.#open();
    };
    return new Target({ name: 'build container', stage, final: false, open, ...this.#history });
  }

  /** Opens what shows the image. */
  async openPristine(): Promise<void> {
    await this.#pristine.lookAt(['/']);
  }

  /**
   * Goes on with another container: that of an earlier state, or, left out, one that is as its image was built. Whatever has
   * landed, it has still to show what it has there. Gives the one that it was until now.
   */
  replace(target = this.#make(this.#target.stage)): Target {
    const before = this.#target;
    this.#target = target;
    this.ledger.doubt();
    return before;
  }

  /** What the steps since the last account have changed. Throws `container-refused` where that cannot be told. */
  async account(): Promise<Account> {
    const { target, ledger } = this;
    if (ledger.hasUnconfirmed) await target.begin();
    const { mark } = target;
    if (!mark) return { touched: new Map(), differing: new Map(), reowned: [] };
    // nothing runs by now: what comes later is of the next push
    await target.markNext();
    const container = await target.container();
    return accountFor({ container, shell: target.build, pristine: this.#pristine, ledger }, mark);
  }

  /** How these paths stand now; undefined for what is not there. */
  lookAt(paths: readonly string[]): Promise<Map<string, FoundPath | undefined>> {
    return lookAt(this.target.build, paths);
  }

  /** What the image or a push has put below a directory, the innermost first. */
  async knownBelow(directory: string): Promise<string[]> {
    const asBuilt = this.ledger.isEmptied(directory) ? [] : await this.#pristine.below([directory]);
    const found = new Set(asBuilt.map(({ path }) => path));
    for (const path of this.ledger.paths) if (isWithin(directory, path)) found.add(path);
    return [...found].sort((a, b) => b.length - a.length);
  }

  /** Starts what is there again, after the engine has stopped it. */
  async revive(): Promise<void> {
    this.target.closeSessions();
    await reviveContainer(await this.target.opened);
    await this.#pristine.revive();
  }

  async close(): Promise<void> {
    this.target.closeSessions();
    const removal = async () => (await this.target.opened)?.remove();
    await Promise.allSettled([removal(), this.#pristine.close()]);
  }
}
