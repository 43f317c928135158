import { locateProject, serviceOf } from '../compose/locate.js';
import type { ContainerSummary, Engine } from '../docker/engine.js';
import { LivepushError } from '../errors.js';
import type { HeldProject } from './held-project.js';

/** Last lines of a container's output that are shown. */
const MOST_LINES = 20;
/** Last lines of a health check's output that are told. */
const MOST_HEALTH_LINES = 3;

type Held = Pick<HeldProject, 'run' | 'written' | 'model'>;

/**
 * Starts services: live ones in new containers, as those of an earlier session hold what was pushed then, the others as compose
 * does. Throws `up-failed`; before that it shows what the containers say that compose blames, of which it tells just the names.
 */
export async function startProject(
  held: Held,
  { live, names }: { readonly live: readonly string[]; readonly names: readonly string[] },
): Promise<void> {
  const { cli, signal } = held.run;
  const common = { overrides: [held.written.upFile], noBuild: true, signal };
  const others = names.filter((name) => !live.includes(name));
  try {
    if (live.length > 0) await cli.up({ ...common, services: live, forceRecreate: true });
    if (others.length > 0) await cli.up({ ...common, services: others });
  } catch (error) {
    await tellWhy(held, error).catch(() => {});
    throw error;
  }
}

async function tellWhy({ run, model }: Held, error: unknown): Promise<void> {
  const { engine, sink, signal } = run;
  if (!(error instanceof LivepushError) || error.code !== 'up-failed' || signal.aborted) return;
  const isBlamed = (container: ContainerSummary) =>
    error.message.includes(`container ${container.name} `) || error.message.includes(`"${serviceOf(container)}"`);
  for (const container of (await locateProject(engine, model.project.name)).filter(isBlamed)) {
    const service = serviceOf(container);
    const { id, running, unhealthy } = { ...container, ...(await engine.container(container.id).inspect()) };
    if (!running) {
      for (const { stream, text } of await lastLines(engine, id, signal))
        void sink({ type: 'log', service, containerId: id, stream, line: text });
    } else if (unhealthy !== undefined) {
      const message = `The health check of ${service} says: ${lastWords(unhealthy)}`;
      void sink({ type: 'diagnostic', service, severity: 'error', code: 'unhealthy', message });
    }
  }
}

async function lastLines(engine: Engine, id: string, signal: AbortSignal) {
  const lines: { readonly stream: 'stdout' | 'stderr'; readonly text: string }[] = [];
  const onLine = (line: (typeof lines)[number]): void => {
    lines.push(line);
    if (lines.length > MOST_LINES) lines.shift();
  };
  await engine.container(id).followLogs({ signal, onLine });
  return lines;
}

const lastWords = (output: string): string => {
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines
      .filter((line) => line !== '')
      .slice(-MOST_HEALTH_LINES)
      .join(' / ') || 'nothing'
  );
};
