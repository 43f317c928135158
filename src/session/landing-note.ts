import { readFile, rm, writeFile } from 'node:fs/promises';

interface Noted {
  readonly containerIds: readonly string[];
}

/**
 * A note of the containers that files are being brought into: where it is still there when a session begins, the one before
 * was killed in the middle of that. No container has to hold anything for it. One that cannot be written is left out.
 */
export class LandingNote {
  readonly #file: string;
  #begun: Promise<void> | undefined;
  #isBroken = false;

  /** @param file absolute, in a folder that is there */
  constructor(file: string) {
    this.#file = file;
  }

  /** True where a session was killed in the middle: nobody knows what the containers hold. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Looks whether it is about one of these containers. */
  async read(containerIds: readonly string[]): Promise<void> {
    this.#isBroken = await this.#isOf(containerIds);
  }

  /** To be called before containers are touched. */
  begin(containerIds: readonly string[]): Promise<void> {
    this.#begun ??= this.#write(containerIds).catch(() => {});
    return this.#begun;
  }

  /** The containers hold all that there is. What a killed session has left undone they hold only when they are made anew. */
  async end(): Promise<void> {
    if (this.#isBroken) return;
    await this.#begun;
    this.#begun = undefined;
    await rm(this.#file, { force: true }).catch(() => {});
  }

  async #isOf(containerIds: readonly string[]): Promise<boolean> {
    try {
      const noted: Noted = JSON.parse(await readFile(this.#file, 'utf8'));
      return containerIds.some((id) => noted.containerIds.includes(id));
    } catch {
      return false;
    }
  }

  async #write(containerIds: readonly string[]): Promise<void> {
    const noted: Noted = { containerIds };
    await writeFile(this.#file, JSON.stringify(noted), { mode: 0o600 });
  }
}
