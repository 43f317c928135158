import { liveImageOf } from '../compose/image-names.js';
import type { ServiceCommand } from '../compose/live-override.js';
import { restartOption } from '../compose/livepush-options.js';
import { imageOf, type Project } from '../compose/project.js';
import type { RestartSetting } from '../compose/restart-setting.js';
import type { Engine, ImageInfo } from '../docker/engine.js';
import { supervised } from '../engine/supervisor/supervised.js';
import type { EventSink } from '../events.js';
import type { BuiltService } from './build-services.js';
import { chooseRestart, type RestartFacts } from './choose-restart.js';
import { mainProcess } from './main-process.js';
import { mainPrograms } from './main-programs.js';

/** What the choice is made with. */
export interface SuperviseContext {
  readonly engine: Engine;
  readonly project: Project;
  readonly sink: EventSink;
  /** Services whose main process has ended for not being process 1, and what it said. */
  readonly refused?: ReadonlyMap<string, string>;
  readonly options: {
    /** False: nothing is ever restarted. */
    readonly restart: boolean;
    /** What the user said for all services; wins over what the compose file says. */
    readonly restartBy?: RestartSetting | undefined;
  };
}

/** How a built service is restarted, and what it has to run for that. */
export interface ServiceRestart {
  readonly restartBy: RestartSetting;
  /** Undefined: what it runs anyway. */
  readonly command: ServiceCommand | undefined;
  /** Why it is the container where the process was wanted. */
  readonly instead?: string | undefined;
}

/**
 * Chooses how each service is restarted, and says where it is not by its process though that was wanted, unless that was
 * said of it `before`.
 */
export async function superviseServices(
  context: SuperviseContext,
  services: readonly BuiltService[],
  before: ReadonlyMap<string, ServiceRestart> = new Map(),
): Promise<Map<string, ServiceRestart>> {
  const found = new Map(
    await Promise.all(
      services.map(async (built) => [built.model.build.service.name, await superviseService(context, built)] as const),
    ),
  );
  for (const [service, { instead }] of found)
    if (instead !== undefined && instead !== before.get(service)?.instead) notice(context.sink, service, instead);
  return found;
}

async function superviseService(context: SuperviseContext, { model, images }: BuiltService): Promise<ServiceRestart> {
  const { engine, project, options } = context;
  const { service } = model.build;
  const setting: RestartSetting = options.restart
    ? (options.restartBy ?? restartOption(service).setting ?? { kind: 'process' })
    : { kind: 'none' };
  const ref = model.live ? liveImageOf(project.name, service.name) : imageOf(project, service);
  const image = setting.kind === 'process' ? await engine.inspectImage(ref) : undefined;
  if (image === undefined) return unsupervised(setting);
  const argv = mainProcess(service, image, { liveCommand: model.liveCommand !== undefined });
  // without a command there is no container: compose says so
  if (argv.length === 0) return unsupervised(setting);
  const refused = context.refused?.get(service.name);
  const waitedForBy = project.services.find(({ completedFirst }) => completedFirst.includes(service.name))?.name;
  const choose = (seen: Pick<RestartFacts['image'], 'hasShell' | 'main'>) =>
    chooseRestart(setting, { service, argv, image: { ...image, ...seen }, waitedForBy, refused });
  const atBest = choose({ hasShell: true });
  const choice =
    atBest.kind === 'process'
      ? choose(await lookInto(engine, { image: ref, labels: images.labels, argv, of: image }))
      : atBest;
  if (choice.kind === 'process') return { restartBy: setting, command: supervised(argv, choice.stopSignal) };
  return { ...unsupervised(choice), instead: 'instead' in choice ? choice.instead : undefined };
}

const unsupervised = (restartBy: RestartSetting): ServiceRestart => ({ restartBy, command: undefined });

function notice(sink: EventSink, service: string, instead: string): void {
  const message = `Pushes restart the container of service ${service}, not just its main process: ${instead}.`;
  void sink({ type: 'diagnostic', service, severity: 'note', code: 'restart-by-container', message });
}

interface Looked {
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The main process's command line. */
  readonly argv: readonly string[];
  readonly of: Pick<ImageInfo, 'env' | 'workdir'>;
}

/** Where an engine looks for programs when an image does not say it. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A container that is never started shows what is in its image. */
async function lookInto(engine: Engine, { image, labels, argv, of }: Looked) {
  const shell = '/bin/sh';
  const how = { entrypoint: [shell], command: [], user: '', labels, init: false };
  const container = engine.container(await engine.createContainer({ image, ...how }));
  try {
    const stat = await container.stat(shell);
    const target = stat?.kind === 'link' ? await container.stat(stat.linkTarget) : stat;
    const path = of.env.find((pair) => pair.startsWith('PATH='))?.slice('PATH='.length) ?? DEFAULT_PATH;
    const main = await mainPrograms(container, { argv, path: path.split(':'), workdir: of.workdir });
    return { hasShell: target?.kind === 'file', main };
  } finally {
    // nothing waits for it; what is left at the end of the session is removed then
    void container.remove().catch(() => {});
  }
}
