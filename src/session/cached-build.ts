import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedOverride } from '../compose/cached-override.js';
import type { ComposeCli } from '../compose/compose-requests.js';
import { cachedImageOf, slugOf } from '../compose/image-names.js';
import type { WrittenOverride } from '../compose/write-override.js';
import type { Engine } from '../docker/engine.js';

/** Milliseconds that the builder has to say that a step comes from its cache, once it has named the step. */
const PATIENCE = 500;

/** The line that opens a step (`#7 [web 2/5] RUN make`), and the only one behind it where it comes from the cache (`#7 CACHED`). */
const runStep = /^#(\d+) \[[^\]]+\] RUN\b/;
const isCached = (line: string, step: string): boolean => line === `#${step} CACHED`;

interface CachedBuild {
  readonly cli: Pick<ComposeCli, 'build'>;
  readonly engine: Pick<Engine, 'removeImage'>;
  readonly written: Pick<WrittenOverride, 'buildFile' | 'folder'>;
  readonly project: string;
  readonly service: string;
  readonly signal: AbortSignal;
}

/**
 * True when all RUN steps of a service come from the build cache: its image is that of the present files then. The build is
 * given up as soon as one of them is carried out.
 */
export async function isBuilt({ cli, engine, written, project, service, signal }: CachedBuild): Promise<boolean> {
  const given = new AbortController();
  const watch = new StepWatch(() => given.abort());
  const ends = AbortSignal.any([signal, given.signal]);
  try {
    const file = join(written.folder, `cached-${slugOf(service)}.compose.yaml`);
    await writeFile(file, cachedOverride(project, service));
    const onLine = (line: string): void => watch.take(line);
    await cli.build({ overrides: [written.buildFile, file], services: [service], onLine, signal: ends });
    // its layers stay in the cache, which is all that is wanted of it
    void engine.removeImage(cachedImageOf(project, service)).catch(() => {});
    return !ends.aborted;
  } catch {
    // a build that fails has nothing to give
    return false;
  } finally {
    watch.end();
  }
}

/** Reads the output of a build up to the first RUN step that does not come from the cache. */
class StepWatch {
  readonly #onRun: () => void;
  /** A step that nothing is known of but its name. */
  #open: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(onRun: () => void) {
    this.#onRun = onRun;
  }

  take(line: string): void {
    if (line === '') return;
    this.end();
    if (this.#open !== undefined && !isCached(line, this.#open)) this.#onRun();
    this.#open = runStep.exec(line)?.[1];
    if (this.#open !== undefined) this.#timer = setTimeout(this.#onRun, PATIENCE);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
