/** What the arguments of an instruction are: plain text, a JSON array of strings, or an array of other things. */
export type JsonForm =
  | { readonly kind: 'text' }
  | { readonly kind: 'strings'; readonly values: readonly string[] }
  | { readonly kind: 'not-strings' };

/** Decides the form as BuildKit does: what is not valid JSON is plain text. */
export function readJsonForm(args: string): JsonForm {
  if (!args.startsWith('[')) return { kind: 'text' };
  try {
    const values: unknown = JSON.parse(args);
    if (!Array.isArray(values)) return { kind: 'text' };
    const strings = values.filter((value) => typeof value === 'string');
    return strings.length === values.length ? { kind: 'strings', values: strings } : { kind: 'not-strings' };
  } catch {
    return { kind: 'text' };
  }
}
