import type { Writable } from 'node:stream';
import type { LivepushEvent } from '../events.js';

/** Shows events to the user; what it wrote has left the process when `close` resolves. */
export interface Renderer {
  /** A promise says that the reader of the output is behind. */
  onEvent(event: LivepushEvent): Promise<void> | undefined;
  close(): Promise<void>;
}

/** A stream for text that may be a terminal. A terminal has a size in characters, and tells with `resize` that it changed. */
export type TextStream = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

/** What a renderer needs from its surroundings. */
export interface RendererOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
  /** Tell where the time of each push went. */
  readonly verbose?: boolean;
}

/** The values of `--progress`. */
export const progressModes = ['auto', 'tty', 'plain', 'json', 'quiet'] as const;

/** One value of `--progress`. */
export type ProgressMode = (typeof progressModes)[number];

/** Tells a value of `--progress` from any other text. */
export const isProgressMode = (text: string): text is ProgressMode => progressModes.some((mode) => mode === text);
