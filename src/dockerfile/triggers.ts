import type { Instruction, Location, ParsedStage } from './model.js';
import { readInstruction } from './read-instruction.js';
import { readSource } from './source-lines.js';

/** The instructions that ONBUILD texts hold. They run where the FROM stands. */
export function readTriggers(texts: readonly string[], { line, endLine }: Location): Instruction[] {
  return texts.flatMap((text) =>
    readSource(text).instructions.map((logical) => ({ ...readInstruction(logical), line, endLine })),
  );
}

/** What a stage has behind its ONBUILDs, as text with the heredocs, for the stages built from it. */
export function triggerTexts(stage: ParsedStage | undefined): string[] {
  const onbuild = stage?.instructions.filter(({ keyword }) => keyword === 'ONBUILD') ?? [];
  return onbuild.map(({ args, heredocs }) => {
    const bodies = heredocs.map(({ name, content }) => `\n${content}${name}`);
    return args + bodies.join('');
  });
}
