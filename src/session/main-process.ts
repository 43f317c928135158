import type { Service } from '../compose/project.js';
import type { ImageInfo } from '../docker/engine.js';

/**
 * The command line of a service's main process, by the engine's rule: an entrypoint of the service's own takes the image's
 * command away with the image's entrypoint, an empty one only the latter. A live command is the image's command.
 */
export function mainProcess(
  { entrypoint, command }: Pick<Service, 'entrypoint' | 'command'>,
  image: Pick<ImageInfo, 'entrypoint' | 'command'>,
  { liveCommand }: { liveCommand: boolean },
): readonly string[] {
  const own = liveCommand ? [] : (command ?? []);
  if (entrypoint !== undefined && entrypoint.length > 0) return [...entrypoint, ...own];
  return [...(entrypoint ?? image.entrypoint), ...(own.length > 0 ? own : image.command)];
}
