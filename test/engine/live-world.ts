import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';
import type { ContainerInfo } from '../../src/docker/engine.js';
import { makeLive } from '../../src/dockerfile/live.js';
import type { Stage } from '../../src/dockerfile/model.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';
import { executePlan, type TargetFailure } from '../../src/engine/execute-plan.js';
import { keptStages } from '../../src/engine/kept-stages.js';
import { LowerLayers } from '../../src/engine/lower-layers.js';
import { PhaseClock } from '../../src/engine/phase-clock.js';
import { Target } from '../../src/engine/target.js';
import type { LivepushEvent } from '../../src/events.js';
import { MutableTree } from '../../src/plan/context-tree.js';
import { planChanges } from '../../src/plan/plan-changes.js';
import { ignoreNothing } from '../../src/watch/ignore.js';
import { ContextScanner } from '../../src/watch/scan-context.js';
import { type FakeProcess, RecordingEngine } from '../helpers/recording-engine.js';
import { type TempContext, tempContext } from '../watch/temp-context.js';

/** What a RUN does: its exit code, or that it goes on until it is ended, or what it takes to get the code. */
export type Behaviour = number | 'hangs' | (() => Promise<number>);

export interface WorldOptions {
  readonly dockerfile: readonly string[];
  /** Containers of the final stage. */
  readonly replicas?: readonly string[];
  readonly restart?: boolean;
  readonly info?: Partial<ContainerInfo>;
}

/** A service with a context on the disk and containers in memory: edits are pushed into it. */
export interface World {
  readonly context: TempContext;
  readonly engine: RecordingEngine;
  readonly targets: ReadonlyMap<string, Target>;
  /** How commands behave, `CONTAINER COMMAND` before `COMMAND`; 0 when nothing is said. */
  readonly behaviour: Map<string, Behaviour>;
  /**
   * Takes what changed in the context, carries the plan out and gives what happened, one line each, and the failures.
   *
   * @param told called with each of the lines when it happens
   */
  push(
    signal?: AbortSignal,
    told?: (line: string) => void,
  ): Promise<{ log: readonly string[]; failures: readonly TargetFailure[] }>;
  /** Resolves when a command that hangs has started. */
  hanging(): Promise<void>;
}

export async function makeWorld(t: ExecutionContext, options: WorldOptions, ...files: string[]): Promise<World> {
  const context = await tempContext(t, ...files);
  const stages = stagesOf(options.dockerfile);
  const behaviour = new Map<string, Behaviour>();
  const commands = new Commands(behaviour);
  const engine = new RecordingEngine({ exec: commands.exec, ...(options.info && { info: options.info }) });
  const targets = makeTargets(engine, stages, options.replicas ?? ['app']);
  const tree = new MutableTree();
  const reader = { root: context.root, ignore: ignoreNothing, wanted: () => true, mayUnpack: () => true };
  const scanner = new ContextScanner(tree, { ...reader, signal: new AbortController().signal });
  await scanner.rescan(['']);
  const images = { stages: new Map<number, string>(), lower: new Map<string, string>(), labels: {} };
  let pushes = 0;
  const push = async (signal = new AbortController().signal, told: (line: string) => void = () => {}) => {
    const { changes } = await scanner.rescan(['']);
    for (const { progress } of targets.values()) progress.add(changes.filter(({ path }) => path !== ''));
    const plan = planChanges({
      file: 'Dockerfile',
      tree,
      stages: await Promise.all([...targets.values()].map((target) => target.input())),
      destinationOf: (_stage, { destination, intoDirectory }) => ({ path: destination, directory: intoDirectory }),
    });
    const log: string[] = [];
    if (plan.kind !== 'replay') return { log: [plan.kind], failures: [] };
    const failures = await executePlan(plan.stages, {
      service: 'web',
      push: ++pushes,
      contextRoot: context.root,
      tree,
      secret: async () => undefined,
      targets,
      stageTarget: (stage) => targets.get(`stage ${stage}`) as Target,
      lower: new LowerLayers(engine, images),
      restart: options.restart ?? true,
      restartBy: { kind: 'container' },
      phases: new PhaseClock(() => 0),
      sink: (event) => {
        for (const line of lineOf(event)) {
          log.push(line);
          told(line);
        }
        return undefined;
      },
      signal,
      stepSignal: signal,
    });
    return { log, failures };
  };
  return { context, engine, targets, behaviour, push, hanging: () => commands.hanging() };
}

function stagesOf(lines: readonly string[]): Stage[] {
  const live = makeLive(parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile').dockerfile, {});
  const { stages } = resolveStages(parseDockerfile(live.text, 'Dockerfile').dockerfile, {
    buildArgs: {},
    additionalContexts: [],
    baseConfig: () => undefined,
    ...(live.liveCommand && { liveCommand: live.liveCommand }),
  });
  return stages;
}

function makeTargets(engine: RecordingEngine, stages: readonly Stage[], replicas: readonly string[]) {
  const target = (name: string, stage: Stage, final: boolean): [string, Target] => [
    name,
    new Target({ name, stage, final, open: async () => engine.container(name) }),
  ];
  const kept = keptStages(stages).map((index) => target(`stage ${index}`, stages[index] as Stage, false));
  const final = stages.at(-1) as Stage;
  return new Map([...kept, ...replicas.map((name) => target(name, final, true))]);
}

/** A moment as `stat` tells it. */
const MARK = '1700000000 2023-11-14 22:13:20.000000000 +0000';

/** Plays the commands of the steps, and the helper shell that ends them. */
class Commands {
  readonly #behaviour: ReadonlyMap<string, Behaviour>;
  readonly #endings = new Map<number, () => void>();
  #leader = 100;
  #started: () => void = () => {};

  constructor(behaviour: ReadonlyMap<string, Behaviour>) {
    this.#behaviour = behaviour;
  }

  hanging(): Promise<void> {
    return new Promise((resolve) => {
      this.#started = resolve;
    });
  }

  readonly exec: FakeProcess = async ({ argv, stdin }, streams, container) => {
    if (stdin) return this.#shell(streams);
    const command = argv.at(-1) as string;
    const behaviour = this.#behaviour.get(`${container} ${command}`) ?? this.#behaviour.get(command) ?? 0;
    const leader = ++this.#leader;
    // in a container of the service the first line is the process id
    if (argv.some((word) => word.startsWith('echo "$$"'))) streams.stdout.write(`${leader}\n`);
    if (behaviour !== 'hangs') return typeof behaviour === 'function' ? behaviour() : behaviour;
    const ended = new Promise<void>((resolve) => this.#endings.set(leader, resolve));
    this.#started();
    await ended;
    return 137;
  };

  async #shell({ stdin, stdout }: Parameters<FakeProcess>[1]): Promise<number> {
    const lines = createInterface({ input: stdin });
    let words: string[] = [];
    lines.on('line', (line) => {
      words.push(line);
      if (words.length < 2 || words.length < Number(words[1]) + 2) return;
      if (words[0] === 'end') this.#endings.get(Number(words[2]))?.();
      if (words[0] === 'end-all') for (const end of this.#endings.values()) end();
      stdout.write(words[0] === 'mark' ? `${MARK}\n` : '\n');
      words = [];
    });
    await once(lines, 'close');
    return 0;
  }
}

function lineOf(event: LivepushEvent): string[] {
  switch (event.type) {
    case 'filesCopied':
      return [`${event.containerId} copies ${event.count}`];
    case 'filesDeleted':
      return [`${event.containerId} removes ${event.count}`];
    case 'commandExecute':
      return [`stage ${event.stageIdx} runs ${event.command}`];
    case 'commandReturn':
      return [`stage ${event.stageIdx} ended ${event.command} with ${event.returnCode}`];
    case 'containerRestart':
      return [`${event.containerId} restarts`];
    default:
      return [];
  }
}
