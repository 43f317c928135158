import { createJsonRenderer } from './json.js';
import { createPlainRenderer } from './plain.js';
import { createQuietRenderer } from './quiet.js';
import type { ProgressMode, Renderer, RendererOptions } from './renderer.js';

/** The renderer for a value of `--progress`. */
export function chooseRenderer({
  progress,
  ...options
}: RendererOptions & { readonly progress: ProgressMode }): Renderer {
  switch (progress) {
    case 'json':
      return createJsonRenderer(options);
    case 'quiet':
      return createQuietRenderer(options);
    case 'auto':
    case 'tty':
    case 'plain':
      return createPlainRenderer(options);
  }
}
