/** A line, or the lines of one instruction. */
export interface Line {
  readonly source: string;
  /** Undefined for a line that the live Dockerfile does without. */
  readonly live: string | undefined;
}

/** What a stage has come to, as far as it decides what may follow. */
export interface StageState {
  readonly workdir: string;
  readonly env: string | undefined;
  readonly user: string;
  /** Top directories with something in them, in the order in which they were made. */
  readonly areas: readonly string[];
  /** Areas that a RUN step has read: written to after it, the step would see another state when it is run again. */
  readonly frozen: readonly string[];
  readonly copied: boolean;
  readonly alive: boolean;
}

/** A stage that starts from the base image. */
export const empty: StageState = {
  workdir: '/',
  env: undefined,
  user: 'root',
  areas: [],
  frozen: [],
  copied: false,
  alive: false,
};

/** A step, and what is different after it. */
export interface Written {
  readonly lines: readonly Line[];
  readonly next: Partial<StageState>;
}

/** Where in a Dockerfile a step is written. */
export interface Place {
  readonly number: number;
  readonly states: readonly StageState[];
  readonly exists: (path: string) => boolean;
}

/** A line that stays as it is. */
export const kept = (source: string): Line => ({ source, live: source });
/** A line that the live Dockerfile does without. */
export const dropped = (source: string): Line => ({ source, live: undefined });

/** An instruction, or the directive that becomes it. */
export function instruction(name: string, rest: string, directive: boolean): Line {
  const live = `${name} ${rest}`;
  return { source: directive ? `#dev-${name.toLowerCase()}=${rest}` : live, live };
}

/** The top directory of a path. */
export const areaOf = (path: string): string => {
  const first = path.split('/')[1] ?? '';
  return first === 'ln' ? 'app' : first;
};

/** True where a step may write: undefined otherwise. */
export const writable = (state: StageState, path: string): true | undefined => {
  const area = areaOf(path);
  return (area === '' ? state.frozen.length === 0 : !state.frozen.includes(area)) || undefined;
};

/** The areas when a path was written to. */
export const made = ({ areas }: StageState, path: string): { areas: readonly string[] } => {
  const area = areaOf(path);
  return { areas: area === '' || areas.includes(area) ? areas : [...areas, area] };
};
