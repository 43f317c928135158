import { messageOf } from '../errors.js';
import type { LivepushEvent } from '../events.js';
import type { SessionControl } from '../session/control.js';
import type { RendererOptions } from '../ui/renderer.js';
import type { KeyRequest } from '../ui/tty/press-key.js';
import { TtyDisplay } from '../ui/tty/tty-display.js';
import type { CliContext } from './context.js';
import type { Display } from './display.js';
import { readKeys } from './keys.js';

type Surroundings = Pick<CliContext, 'stdin' | 'terminal'>;

/** The display of a terminal with its keys, which are read once there is a session that they can act on. */
export class TerminalDisplay implements Display {
  readonly #surroundings: Surroundings;
  readonly #screen: TtyDisplay;
  readonly #onQuit: () => void;
  readonly #callOffs: readonly (() => void)[];
  #control: SessionControl | undefined;
  #stopKeys: (() => void) | undefined;

  constructor(surroundings: Surroundings, options: RendererOptions, onQuit: () => void) {
    const { terminal } = surroundings;
    this.#surroundings = surroundings;
    this.#screen = new TtyDisplay(options);
    this.#onQuit = onQuit;
    this.#callOffs = [terminal.onExit(() => this.#leave()), terminal.onContinue(() => this.#return())];
  }

  onEvent(event: LivepushEvent): Promise<void> | undefined {
    return this.#screen.onEvent(event);
  }

  offer(control: SessionControl): void {
    this.#control = control;
    this.#readKeys();
  }

  stopping(): void {
    this.#screen.stopping();
  }

  async close(): Promise<void> {
    for (const callOff of this.#callOffs) callOff();
    this.#ignoreKeys();
    await this.#screen.close();
  }

  /** Gives the terminal back as it was. */
  #leave(): void {
    this.#ignoreKeys();
    this.#screen.restore();
  }

  /** After Ctrl-Z the shell has used the terminal; `bg` leaves its keys to the shell. */
  #return(): void {
    this.#screen.redraw();
    this.#readKeys();
  }

  #readKeys(): void {
    const { stdin, terminal } = this.#surroundings;
    const control = this.#control;
    if (control === undefined || this.#stopKeys || stdin.isTTY !== true || !terminal.isInForeground()) return;
    this.#screen.offerKeys();
    this.#stopKeys = readKeys({
      stdin,
      onKey: (key) => this.#press(key, control),
      onSignal: (signal) => {
        if (signal !== 'SIGINT') this.#leave();
        terminal.signalGroup(signal);
      },
    });
  }

  #ignoreKeys(): void {
    this.#stopKeys?.();
    this.#stopKeys = undefined;
  }

  #press(key: string, control: SessionControl): void {
    const request = this.#screen.press(key);
    if (!request) return;
    this.#carryOut(request, control).catch((error) => this.#screen.say(messageOf(error)));
  }

  async #carryOut(request: KeyRequest, control: SessionControl): Promise<void> {
    switch (request.type) {
      case 'rebuild':
        return control.rebuild(request.service);
      case 'pause':
        return control.pause();
      case 'resume':
        return control.resume();
      case 'quit':
        return this.#onQuit();
      case 'open':
        return this.#open(request.url);
    }
  }

  async #open(url: string | undefined): Promise<void> {
    if (url === undefined) return this.#screen.say('No service publishes a port.');
    this.#screen.say(`Opening ${url}`);
    const { openUrl } = await import('./open-url.js');
    await openUrl(url);
  }
}
