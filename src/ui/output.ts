import type { TextStream } from './renderer.js';

/** A stream that may stop taking text (its reader went away); what is written then is dropped. */
export interface Output {
  /** A promise says that the reader is behind; it resolves when it has caught up. */
  write(text: string): Promise<void> | undefined;
  /** Resolves when all that was written has left the process, or never can. */
  flush(): Promise<void>;
}

/** Wraps a stream. The caller of the program deals with a reader that went away; here it is only no crash. */
export function createOutput(stream: TextStream): Output {
  let open = true;
  let behind: Promise<void> | undefined;
  let goOn = (): void => {};
  const caughtUp = (): void => {
    behind = undefined;
    goOn();
  };
  stream.on('drain', caughtUp);
  stream.on('error', () => {
    open = false;
    caughtUp();
  });
  return {
    write(text) {
      if (!open || stream.write(text)) return undefined;
      behind ??= new Promise((resolve) => {
        goOn = resolve;
      });
      return behind;
    },
    flush: () =>
      new Promise((resolve) => {
        if (open) stream.write('', () => resolve());
        else resolve();
      }),
  };
}
