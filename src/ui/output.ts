import type { TextStream } from './renderer.js';

/** A stream that may stop taking text (its reader went away); what is written then is dropped. */
export interface Output {
  write(text: string): void;
  /** Resolves when all that was written has left the process, or never can. */
  flush(): Promise<void>;
}

/** Wraps a stream. The caller of the program deals with a reader that went away; here it is only no crash. */
export function createOutput(stream: TextStream): Output {
  let open = true;
  stream.on('error', () => {
    open = false;
  });
  return {
    write(text) {
      if (open) stream.write(text);
    },
    flush: () =>
      new Promise((resolve) => {
        if (open) stream.write('', () => resolve());
        else resolve();
      }),
  };
}
