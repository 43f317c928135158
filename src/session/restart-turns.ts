import { joinedWith, type Project } from '../compose/project.js';

/** Restarts of containers of services of which one joins the other's network: one after the other. */
export class RestartTurns {
  readonly #project: () => Project;
  /** The end of the last one, by the first name of the services. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(project: () => Project) {
    this.#project = project;
  }

  /** Restarts a container of a service, when those that it must not be restarted with are up again. */
  take(service: string, restart: () => Promise<void>): Promise<void> {
    const [group] = joinedWith(this.#project(), service);
    if (group === undefined) return restart();
    const turn = (this.#last.get(group) ?? Promise.resolve()).then(restart);
    this.#last.set(
      group,
      turn.catch(() => {}),
    );
    return turn;
  }
}
