import { emitKeypressEvents, type Key } from 'node:readline';
import type { Readable } from 'node:stream';

/** Where keys come from: standard input, if that is a terminal. */
export type KeyStream = Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };

/** Who is told of keys. */
export interface KeyReader {
  readonly stdin: KeyStream;
  /** A key as it was typed, or `escape`, `return`, `backspace`. */
  readonly onKey: (key: string) => void;
  /** What the terminal does on Ctrl-C and the like, which it leaves to us while single keys are read. */
  readonly onSignal: (signal: NodeJS.Signals) => void;
}

/** Reads single keys, unseen on the screen, until the function it gives back is called. */
export function readKeys({ stdin, onKey, onSignal }: KeyReader): () => void {
  const onKeypress = (text: string | undefined, key: Key): void => {
    const signal = signalOf(key);
    const name = signal === undefined ? nameOf(text, key) : undefined;
    if (signal !== undefined) onSignal(signal);
    if (name !== undefined) onKey(name);
  };
  emitKeypressEvents(stdin);
  stdin.on('keypress', onKeypress);
  stdin.setRawMode?.(true);
  stdin.resume();
  return () => {
    stdin.off('keypress', onKeypress);
    stdin.setRawMode?.(false);
    stdin.pause();
  };
}

function signalOf({ ctrl, name, sequence }: Key): NodeJS.Signals | undefined {
  if (sequence === '\u001c') return 'SIGQUIT';
  if (!ctrl) return undefined;
  return name === 'c' ? 'SIGINT' : name === 'z' ? 'SIGTSTP' : undefined;
}

function nameOf(text: string | undefined, { name, ctrl, meta }: Key): string | undefined {
  if (name === 'escape' || name === 'return' || name === 'backspace') return name;
  if (name === 'enter') return 'return';
  return ctrl || meta || text === undefined || text.length !== 1 ? undefined : text;
}
