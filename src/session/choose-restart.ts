import { posix } from 'node:path';
import type { Service } from '../compose/project.js';
import type { RestartSetting } from '../compose/restart-setting.js';
import { signalNumber } from '../docker/signal-number.js';
import type { MainPrograms } from './main-programs.js';
import { readScript } from './read-script.js';

/** What decides whether a service's main process can be restarted without its container. */
export interface RestartFacts {
  readonly service: Pick<Service, 'restart' | 'pidMode' | 'tty' | 'environment' | 'stopSignal'>;
  /** The main process's command line. */
  readonly argv: readonly string[];
  readonly image: {
    /** `NAME=value` */
    readonly env: readonly string[];
    readonly stopSignal: string;
    readonly hasShell: boolean;
    /** What the command line leads to in the image. */
    readonly main?: MainPrograms;
  };
  /** What the main process has said against being another process than 1, in an earlier try. */
  readonly refused?: string | undefined;
  /** A service that waits for this one to complete. */
  readonly waitedForBy: string | undefined;
}

/** How a service is restarted; `instead` says why it is its container where the process was wanted. */
export type RestartChoice =
  | { readonly kind: 'process'; readonly stopSignal: number }
  | Exclude<RestartSetting, { kind: 'process' }>
  | { readonly kind: 'container'; readonly instead: string };

/** Programs that have to be process 1, or take it to themselves to be. */
const INITS = new Set([
  ...['init', 'systemd', 's6-svscan', 's6-overlay-suexec', 's6-linux-init', 'my_init', 'runit', 'runit-init'],
  ...['openrc-init', 'finit', 'tini', 'tini-static', 'docker-init'],
]);

/** Variables that shells have for themselves: what they are set to does not come through a shell as it is. */
const OF_SHELLS = new Set(['PWD', 'OLDPWD', 'SHLVL', '_', 'IFS', 'OPTIND', 'PPID', 'LINENO', 'RANDOM', 'UID', 'EUID']);

/** Makes of what is set what can be done. */
export function chooseRestart(setting: RestartSetting, facts: RestartFacts): RestartChoice {
  if (setting.kind !== 'process') return setting;
  const stopSignal = signalNumber(facts.service.stopSignal || facts.image.stopSignal || 'SIGTERM');
  const instead = obstacle(facts);
  if (instead !== undefined) return { kind: 'container', instead };
  if (stopSignal === undefined) return { kind: 'container', instead: 'its stop signal is not one that is known' };
  return { kind: 'process', stopSignal };
}

/** Why something that the command line leads to has to be process 1; undefined where nothing does. */
function whyFirst([program = '', ...words]: readonly string[], main: MainPrograms | undefined): string | undefined {
  const paths = words.filter((word) => word.startsWith('/'));
  const scripts = (main?.scripts ?? []).map((script) => readScript(script));
  const executed = scripts.flatMap((script) => script.executed.flatMap(([first]) => first ?? []));
  const names = [program, ...paths, ...(main?.programs ?? []), ...executed];
  const found = names.find((name) => INITS.has(posix.basename(name)));
  if (found !== undefined) return `${found} has to be process 1`;
  return scripts.some(({ asksForOne }) => asksForOne) ? 'a script of it looks whether it is process 1' : undefined;
}

function obstacle({ service, argv, image, waitedForBy, refused }: RestartFacts): string | undefined {
  const { restart = 'no', pidMode, tty, environment } = service;
  if (!image.hasShell) return 'its image has no shell (/bin/sh)';
  if (!['no', 'none', ''].includes(restart)) return `its containers have a restart policy (${restart})`;
  if (waitedForBy !== undefined) return `service ${waitedForBy} waits for it to complete`;
  if (pidMode !== undefined) return `it shares the processes of another place (pid: ${pidMode})`;
  if (tty) return 'it has a terminal (tty: true)';
  const first = refused ?? whyFirst(argv, image.main);
  if (first !== undefined) return first;
  const names = [...image.env.map((pair) => pair.split('=', 1)[0] ?? ''), ...environment];
  const lost = names.find((name) => !/^[A-Za-z_]\w*$/.test(name) || OF_SHELLS.has(name));
  return lost === undefined ? undefined : `a shell does not pass on its variable ${lost}`;
}
