import type { Engine } from '../docker/engine.js';
import type { EventSink } from '../events.js';

interface EndReportsOptions {
  readonly engine: Engine;
  readonly sink: EventSink;
  readonly isPushedTo: (service: string) => boolean;
}

/** A container of a service. */
interface OfService {
  readonly service: string;
  readonly containerId: string;
}

interface End extends OfService {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  /** Where pushes go to the service. */
  readonly hint: string;
}

/** Tells of containers that have ended, or end again and again, and when those that were told of run again. */
export class EndReports {
  readonly #options: EndReportsOptions;
  /** By container, of ends that were told and are not over. */
  readonly #told = new Map<string, { readonly service: string; readonly trouble: boolean }>();

  constructor(options: EndReportsOptions) {
    this.#options = options;
  }

  /** True when an end of the container was told and is not over. */
  isTold(containerId: string): boolean {
    return this.#told.has(containerId);
  }

  async tellEnd({ service, containerId }: OfService): Promise<void> {
    const { name, exitCode } = await this.#options.engine.container(containerId).inspect();
    const message = `Container ${name} has ended with code ${exitCode}.`;
    const hint = 'The next push starts it again.';
    this.#tell({ service, containerId, exitCode, code: 'container-exited', message, hint });
  }

  /** False where the container is running at the moment: its exit code is not known then. */
  async tellLoop({ service, containerId }: OfService): Promise<boolean> {
    const { name, exitCode, restarting } = await this.#options.engine.container(containerId).inspect();
    if (!restarting) return false;
    const message = `Container ${name} has ended with code ${exitCode}, and is started again and again.`;
    const hint = 'The next push starts it with the new files.';
    this.#tell({ service, containerId, exitCode, code: 'container-looping', message, hint });
    return true;
  }

  /** Somebody has started the container, or it runs for long enough now. */
  async tellReturn({ service, containerId }: OfService): Promise<void> {
    const wasTrouble = this.#told.get(containerId)?.trouble === true;
    this.#told.delete(containerId);
    if (!wasTrouble || [...this.#told.values()].some((other) => other.service === service && other.trouble)) return;
    const { name } = await this.#options.engine.container(containerId).inspect();
    const message = `Container ${name} runs again.`;
    void this.#options.sink({ type: 'diagnostic', service, severity: 'note', code: 'container-back', message });
  }

  /** What was told of these containers is over. */
  forget(containerIds: readonly string[]): void {
    for (const id of containerIds) this.#told.delete(id);
  }

  #tell({ service, containerId, exitCode, code, message, hint }: End): void {
    const severity = exitCode === 0 ? 'note' : 'warning';
    this.#told.set(containerId, { service, trouble: exitCode !== 0 });
    const next = this.#options.isPushedTo(service) ? { hint } : {};
    void this.#options.sink({ type: 'diagnostic', service, severity, code, message, ...next });
  }
}
