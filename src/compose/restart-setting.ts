import { signalNumber } from '../docker/signal-number.js';

/** How the main process of a running container is restarted after a push. */
export type RestartSetting =
  | { readonly kind: 'process' }
  | { readonly kind: 'container' }
  | { readonly kind: 'none' }
  /** As the engine takes it: `HUP`, `SIGUSR2`, … */
  | { readonly kind: 'signal'; readonly signal: string };

/** The ways to write a setting, for messages. */
export const RESTART_SETTINGS = 'process, container, none, or signal:NAME';

/** Reads `process`, `container`, `none` or `signal:NAME`; undefined for anything else. */
export function readRestartSetting(text: string): RestartSetting | undefined {
  if (text === 'process' || text === 'container' || text === 'none') return { kind: text };
  const [, signal] = /^signal:([A-Z0-9+-]+)$/i.exec(text) ?? [];
  return signal === undefined || signalNumber(signal) === undefined ? undefined : { kind: 'signal', signal };
}
