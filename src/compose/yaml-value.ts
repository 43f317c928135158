/** A YAML mapping of which nothing is known yet. */
export type YamlMap = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is YamlMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The mapping, or an empty one for anything else. */
export const mapOf = (value: unknown): YamlMap => (isMap(value) ? value : {});

/** The list, or an empty one for anything else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Text, number or truth value as text; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** The texts of a list; a lone text counts as a list of one. */
export function textsOf(value: unknown): string[] {
  const items = Array.isArray(value) ? value : [value];
  return items.map(textOf).filter((text) => text !== undefined);
}

/** The whole number, or undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  const text = textOf(value);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** A mapping of texts from a mapping or from a list of `name=value`; a name without a value is left out. */
export function textMapOf(value: unknown): Record<string, string> {
  const pairs = Array.isArray(value) ? textsOf(value).map(splitPair) : Object.entries(mapOf(value));
  return Object.fromEntries(
    pairs.flatMap(([name, item]) => {
      const text = textOf(item);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function splitPair(text: string): [string, string | undefined] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** The same value with every text in it put through `change`. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  // Class instances are YAML nodes (a `!reset` tag): they pass as they are.
  if (!isMap(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]));
}
