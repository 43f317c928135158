import type { ListedContainer, ListedService } from './list-services.js';

/** The table of services, its heading first: texts by column. */
export const serviceRows = (services: readonly ListedService[]): string[][] => [
  ['SERVICE', 'CONTEXT', 'DOCKERFILE', 'TARGET', 'LIVE COMMAND', 'CONTAINERS', 'STAGES', 'STATE'],
  ...services.map((service) => [
    service.service,
    service.context ?? '-',
    dockerfileText(service),
    service.target ?? '-',
    service.liveCommand ?? '-',
    someOf(service.containers.map(({ name }) => name)),
    someOf(service.stages.map(stageText)),
    stateText(service),
  ]),
];

/** As the compose file names it: relative to the context. */
function dockerfileText({ context, dockerfile = '-' }: ListedService): string {
  return context !== undefined && dockerfile.startsWith(`${context}/`)
    ? dockerfile.slice(context.length + 1)
    : dockerfile;
}

/** The first, and how many more there are. */
const someOf = ([first, ...more]: readonly string[]): string =>
  first === undefined ? '-' : `${first}${more.length > 0 ? ` +${more.length}` : ''}`;

const stageText = ({ name, stage, containers }: ListedService['stages'][number]): string =>
  `${name ?? stage}${containers.length > 0 ? ` (${statesOf(containers)})` : ''}`;

/** `running`, or `2 running, 1 exited`; with a session that pushes to it, `live`. */
function stateText({ containers, followed }: ListedService): string {
  if (containers.length === 0) return 'not created';
  const states = statesOf(containers);
  return followed && states === 'running' ? 'live' : states;
}

function statesOf(containers: readonly ListedContainer[]): string {
  const counts = new Map<string, number>();
  for (const { state } of containers) counts.set(state, (counts.get(state) ?? 0) + 1);
  if (counts.size === 1) return [...counts.keys()].join();
  return Array.from(counts, ([state, count]) => `${count} ${state}`).join(', ');
}
