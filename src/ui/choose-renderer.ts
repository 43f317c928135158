import { createJsonRenderer } from './json.js';
import { createPlainRenderer } from './plain.js';
import { createQuietRenderer } from './quiet.js';
import type { ProgressMode, Renderer, RendererOptions } from './renderer.js';

/** A way to show events: a value of `--progress` with `auto` decided. */
export type ProgressStyle = Exclude<ProgressMode, 'auto'>;

/** `auto` is the display in a terminal that can move its cursor, and plain lines in pipes, in CI and in dumb terminals. */
export function styleOf(
  progress: ProgressMode,
  { stdout, env }: Pick<RendererOptions, 'stdout' | 'env'>,
): ProgressStyle {
  if (progress !== 'auto') return progress;
  return stdout.isTTY === true && !env.CI && env.TERM !== 'dumb' ? 'tty' : 'plain';
}

/** The renderer of a style that only writes. The display of a terminal is loaded only where it is wanted. */
export function chooseRenderer({
  style,
  ...options
}: RendererOptions & { readonly style: Exclude<ProgressStyle, 'tty'> }): Renderer {
  switch (style) {
    case 'json':
      return createJsonRenderer(options);
    case 'quiet':
      return createQuietRenderer(options);
    case 'plain':
      return createPlainRenderer(options);
  }
}
