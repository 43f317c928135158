import type { EventSink } from '../events.js';
import type { SessionControl } from '../session/control.js';

/** Where a session is shown, and from where it may be controlled. */
export interface Display {
  readonly onEvent: EventSink;
  /** Offers the user what can be done with the session. */
  offer(control: SessionControl): void;
  /** Tells that the session was asked to stop. */
  stopping(): void;
  /** Resolves when all is written and the terminal is as it was. */
  close(): Promise<void>;
}
