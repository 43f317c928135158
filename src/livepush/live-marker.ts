import type { LiveDockerfile } from '../dockerfile/live.js';
import type { ParsedDockerfile } from '../dockerfile/model.js';
import { readSource } from '../dockerfile/source-lines.js';

/** A live Dockerfile, and what its text alone does not say. */
export interface LiveText {
  readonly text: string;
  /** For each line of the text (from index 0) its line in the Dockerfile that was given, counted from 1. */
  readonly lineMap: readonly number[];
  readonly command: { readonly stage: number; readonly line: number; readonly value: string } | undefined;
}

/**
 * Stands in front of the live command of a live Dockerfile, as `livepush` writes it: a comment to builders, by which any
 * process knows where the live command is. Without that, each push would end with a restart.
 */
const MARKER = '#livecmd-marker=1';
const WRITTEN = /^\s*#+\s*livecmd-marker=/i;

/** A live Dockerfile with the marker in front of its live command. */
export function markLive({ text, lineMap, liveCommand }: LiveDockerfile): LiveText {
  if (liveCommand === undefined) return { text, lineMap, command: undefined };
  const at = lineMap.indexOf(liveCommand.line);
  const { lines } = readSource(text);
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const all = lines.map((line) => `${line.text}${line.end}`);
  all.splice(at, 0, `${MARKER}${lines[at]?.end || '\n'}`);
  const map = [...lineMap.slice(0, at), liveCommand.line, ...lineMap.slice(at)];
  return { text: bom + all.join(''), lineMap: map, command: { ...liveCommand, line: at + 2 } };
}

/** What a text is that has the marker already; undefined for any other. Its lines are its own. */
export function readMarked(text: string, { stages }: ParsedDockerfile): LiveText | undefined {
  const { lines } = readSource(text);
  const marker = lines.findLastIndex(({ text: line, kind }) => kind === 'comment' && WRITTEN.test(line)) + 1;
  if (marker === 0) return undefined;
  const stage = stages.findLastIndex(({ line }) => line < marker);
  const command = stages[stage]?.instructions.find(({ line }) => line > marker);
  if (command?.keyword !== 'CMD') return undefined;
  const lineMap = lines.map((_, index) => index + 1);
  return { text, lineMap, command: { stage, line: command.line, value: command.args } };
}
