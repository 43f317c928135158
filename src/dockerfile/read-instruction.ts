import { splitFlags } from './flags.js';
import { splitKeyword } from './instruction-text.js';
import { readJsonForm } from './json-form.js';
import type { Instruction } from './model.js';
import type { LogicalLine } from './source-lines.js';

/** Reads one instruction into the model. Its arguments are not checked. */
export function readInstruction({ text, heredocs, line, endLine }: LogicalLine): Instruction {
  const { keyword, rest } = splitKeyword(text);
  const { flags, args } = splitFlags(rest);
  const form = readJsonForm(args);
  return { keyword, flags, args, json: form.kind === 'strings' ? form.values : undefined, heredocs, line, endLine };
}
