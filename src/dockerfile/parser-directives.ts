import type { Range } from '../diagnostics.js';
import type { ParsedDockerfile } from './model.js';

/** What the `# name=value` lines at the top of a Dockerfile say to the parser. */
export interface ParserDirectives {
  readonly escape: ParsedDockerfile['escape'];
  readonly frontend: ParsedDockerfile['frontend'];
  readonly faults: readonly { readonly message: string; readonly range: Range }[];
}

const KNOWN = ['syntax', 'escape', 'check'];

/** Reads the parser directives: they end at the first line that is not one of the known names. */
export function readParserDirectives(lines: readonly string[]): ParserDirectives {
  const seen = new Map<string, string>();
  const faults: { message: string; range: Range }[] = [];
  for (const [index, line] of lines.entries()) {
    const [, name = '', value = ''] = /^\s*#\s*([a-z][a-z0-9]*)\s*=\s*(.+?)\s*$/i.exec(line) ?? [];
    const key = name.toLowerCase();
    if (!KNOWN.includes(key)) break;
    const range = { line: index + 1, column: 1, endLine: index + 1, endColumn: line.length + 1 };
    if (seen.has(key)) faults.push({ message: `Only one ${key} parser directive can be used.`, range });
    else if (key === 'escape' && value !== '\\' && value !== '`') {
      faults.push({ message: `The escape character ${value} is neither \\ nor \`.`, range });
    } else seen.set(key, value);
  }
  return { escape: seen.get('escape') === '`' ? '`' : '\\', frontend: frontendOf(seen.get('syntax')), faults };
}

function frontendOf(syntax: string | undefined): ParsedDockerfile['frontend'] {
  if (syntax === undefined) return 'builder';
  return /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]|$)/.test(syntax) ? 'docker' : 'other';
}
