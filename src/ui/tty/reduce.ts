import type { LivepushEvent } from '../../events.js';
import { afterLastReturn } from '../clean-line.js';
import { firstOf } from '../quantities.js';
import { beginPush, beginRebuild, endPush, endRebuild, noteInPush } from './push-record.js';
import { type Failure, newService, type Phase, type ServiceState, type TtyState } from './state.js';

/** Lines of output that are kept of what runs. */
const tailLength = 50;

/** The screen after an event. `time` is in milliseconds; a state in which nothing changed is the same object. */
export function reduce(state: TtyState, event: LivepushEvent, time: number): TtyState {
  if (event.type === 'ready') return ready(state, event.services);
  if (!('service' in event) || event.service === undefined) return state;
  if (event.type === 'diagnostic' && event.code === 'service-removed') return without(state, event.service);
  const before = state.services.get(event.service);
  const after = nextService(before ?? newService(event.service), event, time);
  if (after === before) return state;
  const isNewest = event.type === 'livepushStart' || event.type === 'rebuildStart';
  const lastPushed = isNewest ? event.service : state.lastPushed;
  return { ...state, services: new Map(state.services).set(after.name, after), lastPushed };
}

/** Services that get no pushes just run, once all others are live. */
function ready(state: TtyState, live: readonly string[]): TtyState {
  const services = new Map(state.services);
  for (const name of live) if (!services.has(name)) services.set(name, newService(name));
  for (const [name, service] of services) {
    if (['starting', 'live'].includes(service.phase.kind) && !live.includes(name))
      services.set(name, { ...service, phase: { kind: 'up' } });
  }
  return { ...state, services };
}

function without(state: TtyState, service: string): TtyState {
  const services = new Map(state.services);
  services.delete(service);
  return { ...state, services, lastPushed: state.lastPushed === service ? undefined : state.lastPushed };
}

type OfService = Extract<LivepushEvent, { service?: string }>;

function nextService(service: ServiceState, event: OfService, time: number): ServiceState {
  switch (event.type) {
    case 'buildStart':
      return begun(service, time);
    case 'rebuildStart':
      return { ...begun(service, time), push: beginRebuild(event, time) };
    case 'buildOutput':
      return building(service, event.line);
    case 'buildEnd':
      if (event.cancelled) return { ...service, phase: { kind: 'up' }, tail: [] };
      if (!event.ok) return failed(service, failedBuild(event, service.tail));
      return { ...service, phase: { kind: 'starting', since: time }, tail: [] };
    case 'rebuildEnd':
      return rebuilt({ ...service, push: endRebuild(service.push, event) }, event);
    case 'attached': {
      const { liveCommand, containerIds, urls = [] } = event;
      const attached = { ...service, liveCommand: liveCommand ?? undefined, urls, replicas: containerIds.length };
      return { ...attached, phase: { kind: 'live' }, failure: undefined, trouble: undefined };
    }
    case 'containerLost':
      return { ...service, phase: { kind: 'lost', reason: event.reason } };
    case 'processExit':
      return failed(service, { what: 'main process', how: `exit code ${event.exitCode}`, tail: [] });
    case 'diagnostic':
      if (event.code === 'container-exited' || event.code === 'container-looping')
        return containerEnded(service, event);
      if (event.code === 'container-back') return startedAgain(service);
      if (event.severity !== 'error') return service;
      return blamed(service, { what: event.message, how: '', tail: event.hint === undefined ? [] : [event.hint] });
    case 'log':
      return service.phase.kind === 'ended' && service.phase.loops ? service : startedAgain(service);
    default:
      return nextInPush(service, event, time);
  }
}

type OfPush = Extract<LivepushEvent, { push: number }>;

function nextInPush(before: ServiceState, event: OfPush, time: number): ServiceState {
  const service = { ...before, push: noteInPush(before.push, event, time) };
  switch (event.type) {
    case 'livepushStart':
      return { ...service, push: beginPush(event, time), phase: pushing(time), tail: [], trouble: undefined };
    case 'filesCopying':
      return { ...service, phase: { kind: 'pushing', since: service.push?.startedAt ?? time, transfer: event } };
    case 'filesCopied':
    case 'filesDeleted':
      return { ...service, phase: pushing(service.push?.startedAt ?? time) };
    case 'commandExecute':
      return executing(service, event.command, time);
    case 'commandOutput':
      return { ...service, tail: withOutput(before.tail, event.data) };
    case 'commandReturn':
      return returned(service, event, time);
    case 'containerRestartStart':
      return { ...service, phase: { kind: 'restarting', since: time } };
    case 'containerRestart':
      return { ...service, phase: pushing(service.push?.startedAt ?? time) };
    case 'plan':
    case 'cancel':
      return service;
    case 'livepushEnd':
      return ended(service, event);
  }
}

const pushing = (since: number): Phase => ({ kind: 'pushing', since, transfer: undefined });

/** What a service does when nothing is under way. */
const rest = (service: ServiceState): ServiceState => ({
  ...service,
  phase: { kind: service.failure === undefined ? 'live' : 'failed' },
});

function begun(service: ServiceState, time: number): ServiceState {
  if (service.phase.kind === 'building') return service;
  return { ...service, phase: { kind: 'building', since: time, step: undefined }, tail: [], trouble: undefined };
}

function rebuilt(service: ServiceState, { ok, cancelled }: Extract<OfService, { type: 'rebuildEnd' }>): ServiceState {
  if (cancelled) return rest({ ...service, tail: [] });
  if (!ok) return failed(service, service.failure ?? { what: 'rebuild', how: 'failed', tail: service.tail });
  return rest({ ...service, failure: undefined, trouble: undefined, tail: [] });
}

const failedBuild = ({ blockedBy }: Extract<OfService, { type: 'buildEnd' }>, tail: readonly string[]): Failure =>
  blockedBy
    ? { what: `the build of ${firstOf(blockedBy, 3)} failed`, how: 'given up', tail: [] }
    : { what: 'build', how: 'failed', tail };

const failed = (service: ServiceState, failure: Failure): ServiceState => ({
  ...service,
  phase: { kind: 'failed' },
  failure,
  trouble: undefined,
  tail: [],
});

/** Replicas run the same command at the same time. */
function executing(service: ServiceState, command: string, time: number): ServiceState {
  const { phase } = service;
  if (phase.kind === 'running') return { ...service, phase: { ...phase, inContainers: phase.inContainers + 1 } };
  return { ...service, phase: { kind: 'running', since: time, command, inContainers: 1 }, tail: [] };
}

function returned(
  service: ServiceState,
  event: Extract<OfPush, { type: 'commandReturn' }>,
  time: number,
): ServiceState {
  const { command, returnCode } = event;
  const before = service.phase;
  const isLast = before.kind !== 'running' || before.inContainers === 1;
  const phase = isLast
    ? pushing(service.push?.startedAt ?? time)
    : { ...before, inContainers: before.inContainers - 1 };
  if (returnCode === 0) return { ...service, phase, tail: isLast ? [] : service.tail };
  const trouble = { what: `$ ${command}`, how: `exit code ${returnCode}`, tail: withoutOpenEnd(service.tail) };
  return { ...service, phase, trouble, tail: [] };
}

function ended(service: ServiceState, event: Extract<OfPush, { type: 'livepushEnd' }>): ServiceState {
  const push = endPush(service.push, event);
  const after = { ...service, push, tail: [], trouble: undefined };
  switch (event.outcome) {
    case 'done':
      return rest({ ...after, failure: undefined });
    case 'failed':
      return failed(
        after,
        service.trouble ?? service.failure ?? { what: `push ${event.push}`, how: 'failed', tail: [] },
      );
    case 'cancelled':
    case 'nothing':
      return rest(after);
  }
}

/** Of several containers the others go on, unless it is a loop; what has failed, or is under way, says more. */
function containerEnded(
  service: ServiceState,
  { code, severity, message }: Extract<OfService, { type: 'diagnostic' }>,
): ServiceState {
  const { phase, replicas } = service;
  const before = phase.kind === 'ended' ? phase.before : phase.kind;
  const isLoop = code === 'container-looping';
  if ((replicas > 1 && !isLoop) || (before !== 'live' && before !== 'up')) return service;
  const fault = severity === 'note' ? undefined : message;
  return { ...service, phase: { kind: 'ended', before, fault, loops: isLoop && fault !== undefined } };
}

const startedAgain = (service: ServiceState): ServiceState =>
  service.phase.kind === 'ended' ? { ...service, phase: { kind: service.phase.before } } : service;

/** An error that was reported while something is under way is why that fails; later it is why the service is failed. */
function blamed(service: ServiceState, trouble: Failure): ServiceState {
  if ('since' in service.phase) return { ...service, trouble };
  return service.phase.kind === 'failed' ? { ...service, failure: mergedFailure(service.failure, trouble) } : service;
}

/** The output that led to a failure says more than the sentence about it. */
const mergedFailure = (failure: Failure | undefined, trouble: Failure): Failure =>
  failure !== undefined && failure.tail.length > 0 ? failure : trouble;

const buildStep = /^#\d+ (\[[^\]]+\] .+)$/;

function building(service: ServiceState, line: string): ServiceState {
  if (service.phase.kind !== 'building' || line.trim() === '') return service;
  const step = buildStep.exec(line)?.[1] ?? service.phase.step;
  return { ...service, phase: { ...service.phase, step }, tail: [...service.tail, line].slice(-tailLength) };
}

/** The last element is the line that has not ended yet. */
function withOutput(tail: readonly string[], data: string): readonly string[] {
  const [first = '', ...more] = data.split('\n');
  const open = shortened((tail.at(-1) ?? '') + first);
  return [...tail.slice(0, -1), open, ...more.map(shortened)].slice(-tailLength);
}

const withoutOpenEnd = (tail: readonly string[]): readonly string[] => (tail.at(-1) === '' ? tail.slice(0, -1) : tail);

// More than any terminal shows of a line; a bar of dots or of carriage returns would grow for ever.
const longestLine = 2_000;

const shortened = (line: string): string =>
  line.length > longestLine ? afterLastReturn(line).slice(-longestLine) : line;
