import type { TextStream } from './renderer.js';

/** Whether to colour, by the rules of FORCE_COLOR (which Node.js lets win), NO_COLOR, TERM=dumb and CI. */
export function wantsColour(stream: Pick<TextStream, 'isTTY'>, env: NodeJS.ProcessEnv): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR || env.CI || env.TERM === 'dumb') return false;
  return stream.isTTY === true;
}

// Cyan, yellow, green, magenta, blue, then their bright forms; red is left for trouble.
const palette = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/** Paints the nth name of a list in the nth colour; colours repeat. */
export const paintNth = (text: string, n: number): string => `\u001b[${palette[n % palette.length]}m${text}\u001b[0m`;
