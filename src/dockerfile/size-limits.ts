import type { Diagnostic } from '../diagnostics.js';
import type { BuildInput } from './global-args.js';
import type { ParsedDockerfile } from './model.js';
import { findTarget, reachable } from './needed.js';
import { rangeOfLines } from './ranges.js';
import { readStageEdges } from './stage-edges.js';

/** Bytes of a line without its end: what BuildKit's parser takes at most (`bufio.MaxScanTokenSize`; tried with 0.13). */
const LONGEST_LINE = 65_535;

/** Layers that an image can have: Linux stacks no more of them (`OVL_MAX_STACK` of overlayfs), engines without containerd's store 125. */
const MOST_LAYERS = 500;

const layerMakers: readonly string[] = ['ADD', 'COPY', 'RUN'];

/** The first line that is longer than a build takes. */
export function findLongLine(text: string, file: string): Diagnostic | undefined {
  for (let start = 0, line = 1; start < text.length; line += 1) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    // a character has up to three bytes for each of its units
    if (3 * (end - start) > LONGEST_LINE && Buffer.byteLength(text.slice(start, end)) > LONGEST_LINE) {
      const message = `The line is longer than ${LONGEST_LINE} bytes, which is more than a build takes.`;
      const hint = 'Break it up with line continuations, or copy a file that holds it.';
      const range = { line, column: 1, endLine: line, endColumn: end - start + 1 };
      return { code: 'line-too-long', severity: 'error', message, hint, file, range };
    }
    start = end + 1;
  }
  return undefined;
}

/** The first step of a stage that is needed with more layers below it than an image can have. */
export function findLayerLimit(
  dockerfile: ParsedDockerfile,
  target: string | undefined,
  input: BuildInput & { readonly additionalContexts?: readonly string[] },
): Diagnostic[] {
  const start = findTarget(dockerfile.stages, target);
  if (start === undefined) return [];
  const edges = readStageEdges(dockerfile, input);
  const needed = reachable(edges, start);
  const layers: number[] = [];
  for (const { index, instructions } of dockerfile.stages) {
    const below = layers[edges[index]?.base ?? -1] ?? 0;
    const own = instructions.filter(({ keyword }) => layerMakers.includes(keyword));
    layers.push(below + own.length);
    const first = own[Math.max(0, MOST_LAYERS - below)];
    if (!needed.has(index) || below + own.length <= MOST_LAYERS || first === undefined) continue;
    const message = `The stage has ${below + own.length} layers with those that it is built on; an image can have ${MOST_LAYERS}.`;
    const hint = 'Put several commands into one RUN, and several sources into one COPY.';
    const range = rangeOfLines(dockerfile.text.split(/\r?\n/), first);
    return [{ code: 'too-many-layers', severity: 'error', message, hint, file: dockerfile.file, range }];
  }
  return [];
}
