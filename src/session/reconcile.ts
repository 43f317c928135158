/** A container of the project as the engine has it. */
export interface SeenContainer {
  readonly id: string;
  readonly service: string;
  /** As the engine calls it: `running`, `exited`, `created`, … */
  readonly state: string;
  readonly imageId: string;
}

/** A service whose containers are followed. */
export interface FollowedService {
  readonly name: string;
  readonly containerIds: readonly string[];
  /** The image that its pushes build on; undefined where that is not known. */
  readonly imageId: string | undefined;
}

/** Services that get no pushes: their containers are taken as they are, and only looked at for their ends. Pure. */
export const besides = (seen: readonly SeenContainer[], services: readonly string[]): FollowedService[] =>
  services.map((name) => {
    const containerIds = seen.filter(({ service }) => service === name).map(({ id }) => id);
    return { name, containerIds, imageId: undefined };
  });

/** What has to be done so that each container of a live service is up to date, and is one of the live image. */
export type Adjustment =
  | { readonly kind: 'adopt' | 'drop' | 'returned' | 'exited'; readonly service: string; readonly containerId: string }
  /** The container has ended by itself, and the engine waits to start it again. */
  | { readonly kind: 'looping'; readonly service: string; readonly containerId: string }
  /** The container is not of the live image: somebody else made it. */
  | { readonly kind: 'replace'; readonly service: string; readonly containerId: string };

/** States in which a container is there to stay; one that is being made or removed will be heard of again. */
const SETTLED: readonly string[] = ['running', 'exited', 'paused', 'restarting'];

/**
 * Compares the containers that there are with those that are followed. Pure.
 *
 * @param states by container, as last seen
 */
export function reconcile(
  seen: readonly SeenContainer[],
  followed: readonly FollowedService[],
  states: ReadonlyMap<string, string>,
): Adjustment[] {
  return followed.flatMap(({ name: service, containerIds, imageId }) => {
    const mine = seen.filter((container) => container.service === service && SETTLED.includes(container.state));
    const there = new Set(seen.map(({ id }) => id));
    const dropped = containerIds.filter((id) => !there.has(id));
    return [
      ...dropped.map((containerId): Adjustment => ({ kind: 'drop', service, containerId })),
      ...mine.flatMap((container): Adjustment[] => {
        const containerId = container.id;
        if (!containerIds.includes(containerId)) {
          const foreign = imageId !== undefined && container.imageId !== imageId;
          return [{ kind: foreign ? 'replace' : 'adopt', service, containerId }];
        }
        const [before = 'running', now] = [states.get(containerId), container.state];
        if (before === now) return [];
        if (now === 'exited') return [{ kind: 'exited', service, containerId }];
        if (now === 'restarting') return [{ kind: 'looping', service, containerId }];
        return now === 'running' ? [{ kind: 'returned', service, containerId }] : [];
      }),
    ];
  });
}
