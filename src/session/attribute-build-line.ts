/** What the output of a build of several services says about each. */
export interface BuildAttribution {
  /** Takes the next line, and gives the service that it is about, if it is about one. */
  ownerOf(line: string): string | undefined;
  /** Services of which a step has failed so far; none where the output does not say whose fault it was. */
  readonly failed: ReadonlySet<string>;
  /** Path in the context that a failed step did not find, from its root. */
  readonly missing: string | undefined;
}

/** What BuildKit does for a service without a step of its Dockerfile is broken off when another one fails. */
const aside = '( internal\\] (?!load metadata))?';
const numbered = new RegExp(`^#(\\d+) (?:\\[([^\\s\\]]+)${aside})?`);
/** At the end the failed step is repeated: ` > [web 2/5] RUN make:`. */
const repeated = new RegExp(`^ > \\[([^\\s\\]]+)${aside}`);
/** What was broken off may end with an error too. */
const failure = /^#\d+ ERROR: (?!rpc error: code = (?:Unavailable|Canceled)|context canceled)/;

/** What a COPY says that does not find a source, or what it starts in. */
const notFound =
  /: failed to calculate checksum of ref \S+ "\/(.*)": not found$|: lstat \S*\/buildkit-mount\d+\/(.*): no such file or directory$/;

/**
 * Tells which service a line of build output is about. BuildKit numbers what it does (`#7 …`) and names the service in
 * the line that opens a number (`#7 [web 2/5] COPY …`). Lines without a number are about what failed last.
 *
 * @param given service by the name that a build has in the output
 */
export function attributeBuildLines(given: ReadonlyMap<string, string>): BuildAttribution {
  const owners = withTargets(given);
  const byNumber = new Map<string, { readonly owner: string; readonly isStep: boolean }>();
  const failed = new Set<string>();
  const only = new Set(owners.values()).size === 1 ? [...owners.values()][0] : undefined;
  let lastFailed: string | undefined;
  let missing: string | undefined;
  const blame = (owner: string): void => {
    failed.add(owner);
    lastFailed = owner;
  };
  const ownerOf = (line: string): string | undefined => {
    const [, number, name, besides] = numbered.exec(line) ?? [];
    if (number === undefined) {
      const [, culprit = '', isBesides] = repeated.exec(line) ?? [];
      const owner = owners.get(culprit);
      if (owner !== undefined && isBesides === undefined) blame(owner);
      return lastFailed ?? only;
    }
    const named = name === undefined ? undefined : owners.get(name);
    if (named !== undefined) byNumber.set(number, { owner: named, isStep: besides === undefined });
    const known = byNumber.get(number);
    if (known?.isStep && failure.test(line)) {
      blame(known.owner);
      const [, source, start] = notFound.exec(line) ?? [];
      missing ??= source ?? start;
    }
    return known?.owner ?? only;
  };
  return {
    ownerOf,
    failed,
    get missing() {
      return missing;
    },
  };
}

/** The same with the names that services have where compose builds with bake, whose targets have no dots. */
function withTargets(owners: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const targets = Array.from(owners, ([name, service]) => [name.replaceAll('.', '_'), service] as const);
  return new Map([...targets, ...owners]);
}
