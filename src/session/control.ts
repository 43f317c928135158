/** What can be asked of a session from outside while it runs. */
export interface SessionControl {
  /** Names of the services that get pushes now. */
  readonly services: readonly string[];
  /** True between `pause` and `resume`. */
  readonly paused: boolean;
  /** Holds back all pushes; edits are kept. A push that is running comes to its end. */
  pause(): void;
  /** Pushes what was edited meanwhile, and all that comes. */
  resume(): void;
  /** Builds a service anew and puts new containers in place of its old ones. Throws `usage` for a service that gets no pushes. */
  rebuild(service: string): Promise<void>;
}
