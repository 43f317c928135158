import { operandsOf, pathOf } from './shell-command.js';
import { isWrittenBefore, type Judge } from './situation.js';

/** `1i text`, `$a text`, `/regex/a text`: adds a line. */
const ADDS_LINE = /^\s*(?:\d+|\$|\/(?:[^/\\]|\\.)*\/)\s*[ai](?:\\|\s|\w)/;

interface Substitution {
  readonly pattern: string;
  readonly replacement: string;
}

/** The texts in front of the first ends, which stand for themselves behind a backslash. */
function partsOf(text: string, end: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length && parts.length < 2; at += 1) {
    const char = text[at] ?? '';
    if (char === end) {
      parts.push(part);
      part = '';
    } else if (char === '\\') {
      at += 1;
      part += text[at] === end ? end : `\\${text[at] ?? ''}`;
    } else part += char;
  }
  return parts;
}

/** The `s` commands of a script that stand alone or at the start of a part of it. */
function substitutionsIn(script: string): Substitution[] {
  const found: Substitution[] = [];
  for (const start of script.matchAll(/(?:^|[;\n])\s*s([^\w\s\\;])/g)) {
    const [pattern, replacement] = partsOf(script.slice(start.index + start[0].length), start[1] ?? '');
    if (pattern !== undefined && replacement !== undefined) found.push({ pattern, replacement });
  }
  return found;
}

/** Whether what a substitution leaves fits its own pattern, so that it is changed again, and is not what it was then. */
function growsAgain({ pattern, replacement }: Substitution): boolean {
  const atStart = pattern.startsWith('^');
  const atEnd = pattern.endsWith('$') && !pattern.endsWith('\\$');
  const core = pattern.slice(atStart ? 1 : 0, atEnd ? -1 : undefined);
  if (/\\\d|\\[ULElun]/.test(replacement)) return false;
  const isWhole = /(?<!\\)&/.test(replacement);
  const plain = core.replace(/\\([.*[\]^$/&-])/g, '$1');
  const isPlain = !/[*[\]+?(){}|\\]/.test(core.replace(/\\[.*[\]^$/&-]/g, ''));
  // `s/^/text/`, `s/$/text/`
  if (core === '') return replacement !== '' && replacement !== '&';
  const text = replacement.replace(/\\(.)|&/g, (_, escaped?: string) => escaped ?? (isPlain ? plain : '\uFFFF'));
  const needle = isPlain ? plain : '\uFFFF';
  if ((!isPlain && !isWhole) || text === needle) return false;
  const at = text.indexOf(needle);
  if (at < 0) return false;
  return (!atStart || text.startsWith(needle)) && (!atEnd || text.endsWith(needle));
}

const FILE_OPTIONS = ['-e', '--expression', '-f', '--file', '-l', '--line-length'];

/** `sed -i` that adds lines, or replaces what is in its own replacement. */
export const sed: Judge = (situation) => {
  const { command } = situation;
  if (!command.args.some(({ text }) => /^-(?:[a-zA-Z]*i|-in-place)/.test(text))) return undefined;
  const { args } = command;
  const given = args.filter((_, at) => /^(?:-[a-zA-Z]*e|--expression)$/.test(args[at - 1]?.text ?? ''));
  const operands = operandsOf(command, ...FILE_OPTIONS);
  const scripts = given.length > 0 ? given : operands.slice(0, 1);
  const files = given.length > 0 ? operands : operands.slice(1);
  const isFresh = files.length > 0 && files.every((file) => isWrittenBefore(situation, pathOf(command, file)));
  if (isFresh) return undefined;
  if (scripts.some(({ text }) => ADDS_LINE.test(text))) {
    const hint = 'Insert it only if it is missing: grep -q TEXT FILE || sed …';
    return { why: 'inserts its text once more each time', hint };
  }
  if (!scripts.some(({ text }) => substitutionsIn(text).some(growsAgain))) return undefined;
  return {
    why: 'changes what it has changed once more each time',
    hint: 'Write a pattern that the result does not fit, such as one that goes on to the end of the line.',
  };
};
