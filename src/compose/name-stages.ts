import type { ParsedDockerfile, ParsedStage } from '../dockerfile/model.js';

/** The name that a stage without one gets in the Dockerfile of the stage builds. */
const givenName = (index: number): string => `livepush-stage-${index}`;

/** What `target` takes for a stage in the text of `nameStages`. BuildKit knows stages there by name alone, not by number. */
export const targetOf = ({ name, index }: Pick<ParsedStage, 'name' | 'index'>): string => name ?? givenName(index);

/** The Dockerfile's text with a name for each stage that has none. Line numbers stay, and so does the build cache. */
export function nameStages({ text, escape: escapeCharacter, stages }: ParsedDockerfile): string {
  const lines = text.split('\n');
  for (const stage of stages) {
    if (stage.name !== undefined) continue;
    const at = lastLineOf(lines, stage);
    lines[at] = withName(lines[at] ?? '', escapeCharacter, givenName(stage.index));
  }
  return lines.join('\n');
}

/** Position of the FROM instruction's last line; comments and empty lines may follow in a continued one. */
function lastLineOf(lines: readonly string[], { line, endLine }: ParsedStage): number {
  let at = endLine - 1;
  while (at > line - 1 && /^\s*(?:#|$)/.test(lines[at] ?? '')) at -= 1;
  return at;
}

/** The line ends with a continuation only at the end of the file: there the name goes in front of it. */
function withName(line: string, escapeCharacter: string, name: string): string {
  const end = escapeCharacter === '`' ? /\s*`?\s*$/ : /\s*\\?\s*$/;
  const kept = line.replace(end, '');
  const rest = line.slice(kept.length);
  return `${kept} AS ${name}${rest === '' || /^\s/.test(rest) ? '' : ' '}${rest}`;
}
