/** What the builder that is there makes of a Dockerfile, where builders differ. */
export interface BuilderRules {
  /**
   * What becomes of a `--chmod` that is not octal. Before BuildKit 0.16 (engine 27.3) it is passed over, variables and all;
   * from there on variables are expanded, and what is no mode is refused; from 0.20 (Dockerfile 1.14, engine 28.0) on symbolic
   * modes are modes.
   */
  readonly modes: 'octal-or-ignored' | 'octal' | 'symbolic';
  /** Directories that COPY makes on its way have its octal `--chmod`, less the umask: BuildKit 0.21 (engine 28.1). */
  readonly modeOfParents: boolean;
  /** What ADD unpacks is its `--chown`'s: BuildKit 0.23 (engine 28.3). */
  readonly ownerOfMembers: boolean;
}

/**
 * The rules of a BuildKit 0.x. Each was tried with 0.13 and 0.25; where in between it begins is read off BuildKit's sources.
 *
 * @param minor the x
 */
export function rulesOfBuildKit(minor: number): BuilderRules {
  return {
    modes: minor < 16 ? 'octal-or-ignored' : minor < 20 ? 'octal' : 'symbolic',
    modeOfParents: minor >= 21,
    ownerOfMembers: minor >= 23,
  };
}

/** Engines, and the BuildKit 0.x that is the first in one of them. */
const IN_ENGINES = [
  { engine: [28, 5], minor: 25 },
  { engine: [28, 4], minor: 24 },
  { engine: [28, 3], minor: 23 },
  { engine: [28, 2], minor: 22 },
  { engine: [28, 1], minor: 21 },
  { engine: [28, 0], minor: 20 },
  { engine: [27, 4], minor: 17 },
  { engine: [27, 3], minor: 16 },
] as const;

/**
 * The rules of the BuildKit in an engine; undefined for a version that cannot be read.
 *
 * @param version as the engine says it, such as `28.5.2+dfsg4`
 */
export function rulesOfEngine(version: string): BuilderRules | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)\b/.exec(version) ?? [];
  if (major === undefined) return undefined;
  const found = IN_ENGINES.find(({ engine: [first, second] }) => {
    return Number(major) > first || (Number(major) === first && Number(minor) >= second);
  });
  return rulesOfBuildKit(found?.minor ?? 0);
}
