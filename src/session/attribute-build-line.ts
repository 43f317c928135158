/**
 * Tells which service a line of build output is about. BuildKit numbers what it does (`#7 …`) and names the service in
 * the line that opens a number (`#7 [web 2/5] COPY …`).
 *
 * @param owners service by the name that a build has in the output
 */
export function buildLineAttributor(owners: ReadonlyMap<string, string>): (line: string) => string | undefined {
  const byNumber = new Map<string, string>();
  const only = new Set(owners.values()).size === 1 ? [...owners.values()][0] : undefined;
  return (line) => {
    const [, number, name] = /^#(\d+) (?:\[([^\s\]]+))?/.exec(line) ?? [];
    if (number === undefined) return only;
    const owner = name === undefined ? undefined : owners.get(name);
    if (owner !== undefined) byNumber.set(number, owner);
    return byNumber.get(number) ?? only;
  };
}
