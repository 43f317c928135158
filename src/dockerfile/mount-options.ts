/** The options of one `--mount` flag as written, in lower-case names; an option without `=` has no value. */
export interface MountOption {
  readonly key: string;
  readonly value: string | undefined;
}

/** Reads the comma-separated options; an option in double quotes may hold commas. */
export function readMountOptions(text: string): MountOption[] {
  const fields = text.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)(?=,|$)/g) ?? [];
  return fields.map((field) => {
    const plain = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
    const equals = plain.indexOf('=');
    const key = (equals < 0 ? plain : plain.slice(0, equals)).toLowerCase();
    return { key, value: equals < 0 ? undefined : plain.slice(equals + 1) };
  });
}

/** The value of the last option with one of these names. */
export function optionValue(options: readonly MountOption[], ...keys: readonly string[]): string | undefined {
  return options.findLast(({ key }) => keys.includes(key))?.value;
}
