/** Where an instruction stands: lines count from 1, `endLine` is its last line (heredoc bodies included). */
export interface Location {
  readonly line: number;
  readonly endLine: number;
}

/** `--name=value` in front of an instruction's arguments; `value` is undefined for a bare `--name`. */
export interface Flag {
  readonly name: string;
  readonly value: string | undefined;
}

export interface Heredoc {
  readonly name: string;
  /** The body, each line with its line end; tabs already removed for `<<-`. */
  readonly content: string;
  /** False when the delimiter is quoted: then nothing in the body is expanded. */
  readonly expand: boolean;
}

/** One instruction as it is written: nothing expanded, continuations joined, comments inside dropped. */
export interface Instruction extends Location {
  /** Upper case. */
  readonly keyword: string;
  readonly flags: readonly Flag[];
  /** All after the flags, with heredoc bodies left out. */
  readonly args: string;
  /** The elements when `args` is a valid JSON array of strings, else undefined. */
  readonly json: readonly string[] | undefined;
  readonly heredocs: readonly Heredoc[];
}

export interface ParsedStage extends Location {
  readonly index: number;
  /** As written, or undefined. Compare without regard to case. */
  readonly name: string | undefined;
  /** The image or stage after FROM, not expanded. */
  readonly base: string;
  readonly platform: string | undefined;
  /** Without the FROM itself. */
  readonly instructions: readonly Instruction[];
}

export interface ParsedDockerfile {
  /** Path as the user would name it. */
  readonly file: string;
  readonly text: string;
  readonly escape: '\\' | '`';
  /**
   * What reads the file: the builder itself, a release of Docker's that `# syntax=` names, or something else that it names
   * and that may know other instructions.
   */
  readonly frontend: 'builder' | 'docker' | 'other';
  /** ARG instructions in front of the first FROM. */
  readonly globalArgs: readonly Instruction[];
  readonly stages: readonly ParsedStage[];
}

/** What a build would have set up when it reaches a step. */
export interface StepState {
  /** Absolute. */
  readonly workdir: string;
  /** Image environment at this point: base image, then ENV. */
  readonly env: Readonly<Record<string, string>>;
  /** Build arguments in scope, with the values a RUN sees; an ENV of the same name wins over them. */
  readonly args: Readonly<Record<string, string>>;
  /** As `USER` takes it; empty for the default (root). */
  readonly user: string;
  readonly shell: readonly string[];
}

interface StepBase extends Location {
  /** Position in the flattened step list of its stage, from 0. */
  readonly index: number;
  /** The instruction as one line of text, for people: heredoc bodies left out. */
  readonly text: string;
  readonly state: StepState;
  /** Stands after the live command: replaying it never restarts the main process. */
  readonly afterLive: boolean;
}

/** Where a COPY or a mount takes its files from. */
export type FileSource =
  | { readonly kind: 'context' }
  | { readonly kind: 'stage'; readonly stage: number }
  /** An image or a named build context: no push changes what came of it. */
  | { readonly kind: 'fixed'; readonly name: string };

/** COPY, or ADD (`add`) of local files. Variables are expanded. */
export interface CopyStep extends StepBase {
  readonly kind: 'copy';
  readonly add: boolean;
  readonly from: FileSource;
  /** As written after expansion, in order; relative to the source's root. */
  readonly sources: readonly string[];
  /** Files made of heredocs: `name` is what they are called in a directory destination. */
  readonly inline: readonly { readonly name: string; readonly content: string }[];
  /** Absolute and clean. */
  readonly destination: string;
  /** The destination was written as a directory: with a slash or `/.` at its end, as `.` or empty. */
  readonly intoDirectory: boolean;
  /** `user[:group]`, by name or number, or undefined. */
  readonly chown: string | undefined;
  /** Octal digits, or a symbolic mode where the builder applies those, or undefined. */
  readonly chmod: string | undefined;
  /** Of directories that the step makes on its way to what it copies. */
  readonly parentMode: number;
  /** What comes out of an archive is given to the owner that `chown` names, as all else is. */
  readonly ownsMembers: boolean;
  readonly link: boolean;
  readonly parents: boolean;
  readonly exclude: readonly string[];
}

/** `RUN --mount=…`; unset options are undefined. Paths are expanded, `target` is absolute. */
export interface Mount {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  readonly target: string | undefined;
  readonly source: string | undefined;
  readonly from: FileSource;
  readonly id: string | undefined;
  readonly readOnly: boolean;
  readonly required: boolean;
  readonly mode: string | undefined;
  readonly uid: string | undefined;
  readonly gid: string | undefined;
  readonly env: string | undefined;
  readonly size: string | undefined;
}

export interface RunStep extends StepBase {
  readonly kind: 'run';
  /** What is executed: the shell of the state with the script, or the words of the exec form. */
  readonly argv: readonly string[];
  readonly mounts: readonly Mount[];
}

export interface WorkdirStep extends StepBase {
  readonly kind: 'workdir';
  /** The directory that it makes, absolute. */
  readonly path: string;
}

/** Changes only the image's configuration (ENV, USER, CMD, LABEL …): never has to be replayed. */
export interface ConfigStep extends StepBase {
  readonly kind: 'config';
}

/** Cannot be replayed in a container: a change that reaches it means rebuild. */
export interface UnreplayableStep extends StepBase {
  readonly kind: 'unreplayable';
  readonly reason: string;
  /** What an ADD fetches from elsewhere: a URL or a repository. */
  readonly remote?: string;
  /** Local sources, when there are any: a change of these reaches the step. */
  readonly sources: readonly string[];
}

export type Step = CopyStep | RunStep | WorkdirStep | ConfigStep | UnreplayableStep;

/** What a stage starts from. */
export type StageBase =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'image'; readonly ref: string }
  | { readonly kind: 'stage'; readonly stage: number };

/** A stage with everything expanded. Steps of a parent stage (FROM stage) and ONBUILD triggers stand in front of its own. */
export interface Stage {
  readonly index: number;
  readonly name: string | undefined;
  readonly base: StageBase;
  readonly platform: string | undefined;
  readonly steps: readonly Step[];
}

/** The part of an image's configuration that steps depend on. */
export interface BaseConfig {
  readonly env: Readonly<Record<string, string>>;
  /** Empty for `/`. */
  readonly workdir: string;
  readonly user: string;
  /** Empty for the default. */
  readonly shell: readonly string[];
  /** Instructions as text. */
  readonly onBuild: readonly string[];
}
