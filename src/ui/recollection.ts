import type { LivepushEvent } from '../events.js';
import type { Recalled } from './describe.js';

const nothing: Recalled = { restarted: false, planned: false, replicas: false, stages: false };

/** Keeps, for each service, what the texts of later events need. */
export class Recollection {
  readonly #services = new Map<string, Recalled>();

  /** Takes an event, and says what is known by then. */
  recall(event: LivepushEvent): Recalled {
    if (!('service' in event) || event.service === undefined) return nothing;
    const known = { ...(this.#services.get(event.service) ?? nothing), ...learnt(event) };
    this.#services.set(event.service, known);
    return known;
  }
}

function learnt(event: LivepushEvent): Partial<Recalled> {
  switch (event.type) {
    case 'attached':
      return { replicas: event.containerIds.length > 1, stages: event.stages.length > 1 };
    case 'livepushStart':
      return { restarted: false, planned: false };
    case 'plan':
      return { planned: true };
    case 'containerRestart':
      return { restarted: true };
    default:
      return {};
  }
}
