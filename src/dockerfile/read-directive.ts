import { suggest } from './suggest.js';

/** The directives' names without their `dev-`. */
export const DIRECTIVE_NAMES = ['cmd-live', 'run', 'copy', 'env'] as const;

/** One of them. */
export type DirectiveName = (typeof DIRECTIVE_NAMES)[number];

/** What a comment line is to this project. */
export type CommentReading =
  | { readonly kind: 'comment' }
  /** `suggestion` is how it should be written, where blanks stand behind the marks: `livepush` took these, and so it is taken. */
  | {
      readonly kind: 'directive';
      readonly name: DirectiveName;
      readonly value: string;
      readonly suggestion?: string;
    }
  /** Meant as a directive, but not written as one. `suggestion` is what it should be. */
  | { readonly kind: 'malformed'; readonly fault: string; readonly suggestion: string }
  | { readonly kind: 'unknown'; readonly name: string; readonly suggestion: string | undefined };

interface Parts {
  readonly marks: string;
  readonly indent: string;
  readonly name: string;
  readonly gap: string;
  readonly sign: string;
  readonly afterSign: string;
  readonly value: string;
}

/** Takes a comment line apart: marks, blanks, a first word, blanks, `=` or `:`, blanks, the rest. */
function takeApart(line: string): Parts | undefined {
  const match = /^\s*(#+)(\s*)([a-z][\w-]*)(\s*)([=:]?)(\s*)(.*?)\s*$/i.exec(line);
  if (match === null) return undefined;
  const [, marks = '', indent = '', name = '', gap = '', sign = '', afterSign = '', value = ''] = match;
  return { marks, indent, name: name.toLowerCase(), gap, sign, afterSign, value };
}

const FULL_NAMES = DIRECTIVE_NAMES.map((name) => `dev-${name}`);

function readKnown(name: DirectiveName, parts: Parts): CommentReading {
  const { indent, gap, sign, afterSign, value } = parts;
  const suggestion = `${parts.marks}dev-${name}=${value}`;
  if (sign === '=' && gap === '' && (afterSign === '' || value === '')) {
    return { kind: 'directive', name, value, ...(indent !== '' && { suggestion }) };
  }
  if (sign === ':') return { kind: 'malformed', fault: 'a colon stands where = belongs', suggestion };
  if (sign === '=') {
    const where = gap !== '' ? 'in front of =' : 'after =';
    return { kind: 'malformed', fault: `blanks stand ${where}`, suggestion };
  }
  // `# dev-run is used by …` is prose; `#dev-run npm ci` and `#dev-cmd-live` are not.
  return indent === '' ? { kind: 'malformed', fault: '= is missing', suggestion } : { kind: 'comment' };
}

/** A word that is no directive name, but near one or in the `dev-` family and followed by `=`. */
function readOther({ marks, indent, name, gap, sign, value }: Parts): CommentReading {
  const isTight = indent === '' && gap === '';
  if (sign === '' || (sign === ':' && !isTight)) return { kind: 'comment' };
  const plain = name.replaceAll('_', '-');
  const near =
    suggest(plain, FULL_NAMES) ??
    (plain.length > 4 && isTight ? FULL_NAMES.find((full) => full.startsWith(plain)) : undefined) ??
    (plain === 'cmd-live' || plain === 'dev-live' ? 'dev-cmd-live' : undefined);
  if (near !== undefined) return { kind: 'unknown', name, suggestion: `${marks}${near}=${value}` };
  const isFamily = plain.startsWith('dev-') && isTight && sign === '=';
  return isFamily ? { kind: 'unknown', name, suggestion: undefined } : { kind: 'comment' };
}

/** Decides whether a comment line is a directive, was meant to be one, or is just a comment. */
export function readDirective(line: string): CommentReading {
  const parts = takeApart(line);
  if (parts === undefined) return { kind: 'comment' };
  const known = DIRECTIVE_NAMES.find((name) => `dev-${name}` === parts.name);
  return known === undefined ? readOther(parts) : readKnown(known, parts);
}
