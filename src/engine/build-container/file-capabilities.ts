import type { Container } from '../../docker/engine.js';
import { tarMembers } from '../../docker/tar.js';
import type { BuildShell } from './build-shell.js';
import type { FoundPath } from './found-paths.js';

/** Requests at the same time. */
const AHEAD = 8;

interface Place {
  readonly shell: BuildShell;
  readonly container: Container;
}

/**
 * File capabilities by path, as text to be compared; files without any are missing. Where the image has no `getcap`, the
 * engine's archives tell: of files that may be executed, as only there they mean something.
 */
export async function fileCapabilities(
  { shell, container }: Place,
  files: readonly FoundPath[],
): Promise<Map<string, string>> {
  const told = await shell.capabilities(files.map(({ path }) => path));
  if (told) return told;
  const left = files.filter(({ kind, mode }) => kind === 'file' && (mode & 0o111) !== 0);
  const found = new Map<string, string>();
  const work = async (): Promise<void> => {
    for (let file = left.pop(); file; file = left.pop()) {
      const capabilities = await archived(container, file.path);
      if (capabilities !== '') found.set(file.path, capabilities);
    }
  };
  await Promise.all(Array.from({ length: AHEAD }, work));
  return found;
}

/** Only the first member's header is read. */
async function archived(container: Container, path: string): Promise<string> {
  const archive = await container.getArchive(path);
  if (archive) for await (const { header } of tarMembers(archive)) return header.capabilities;
  return '';
}
