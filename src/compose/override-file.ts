/** A file beside the compose files that a session builds with: a Dockerfile, or an ignore file. */
export interface OverrideFile {
  /** File name in the override folder. */
  readonly name: string;
  readonly text: string;
}
