import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Follows how much memory buffers take. Garbage is collected first, but buffers of it are given back a moment later: allow some MiB. */
export interface MemoryWatch {
  /** Call it for every chunk that passes, with its size in bytes. */
  readonly passed: (bytes: number) => void;
  /** The most there was, in bytes more than at the start. */
  readonly peak: () => number;
}

const interval = 8 * 2 ** 20;

/** Looks at the memory each time when 8 MiB have passed. */
export function watchMemory(): MemoryWatch {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const retained = (): number => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const start = retained();
  let peak = start;
  let unseen = 0;
  return {
    passed: (bytes) => {
      unseen += bytes;
      if (unseen < interval) return;
      unseen = 0;
      peak = Math.max(peak, retained());
    },
    peak: () => peak - start,
  };
}
