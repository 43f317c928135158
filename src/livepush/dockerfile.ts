import type { Diagnostic } from '../diagnostics.js';
import { makeLive } from '../dockerfile/live.js';
import type { ParsedDockerfile, ParsedStage } from '../dockerfile/model.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import { resolveStages } from '../dockerfile/resolve.js';
import { findLayerLimit } from '../dockerfile/size-limits.js';
import { findUnknownInstructions } from '../dockerfile/unknown-instructions.js';
import { DockerfileParseError } from './errors.js';
import { type LiveText, markLive, readMarked } from './live-marker.js';

/** What the Dockerfile is called in messages: only its text is known. */
export const DOCKERFILE = 'Dockerfile';

/** A Dockerfile with directives for live mode, or without any. */
export class Dockerfile {
  /** The stages of the live Dockerfile, the one that runs last. */
  readonly stages: readonly ParsedStage[];
  /** The value of `#dev-cmd-live`, or null where there is none. */
  readonly liveCmd: string | null;
  /** Warnings and notes: what is no error, but may not be what was meant. */
  readonly diagnostics: readonly Diagnostic[];
  readonly #live: LiveText;
  readonly #parsed: ParsedDockerfile;

  /**
   * Takes a Dockerfile as it is written, or one that `generateLiveDockerfile` gave, in whichever process. Throws
   * `DockerfileParseError` for what a build would refuse whatever its arguments are, and for directives that do not say
   * what was meant.
   */
  constructor(content: string | Buffer) {
    const text = typeof content === 'string' ? content : content.toString('utf8');
    const original = parseDockerfile(text, DOCKERFILE);
    const { live, found } = liveOf(text, original.dockerfile);
    const diagnostics = [
      ...original.diagnostics,
      ...found,
      ...findUnknownInstructions(original.dockerfile),
      ...findLayerLimit(original.dockerfile, undefined, { buildArgs: {} }),
      ...certainFaults(text, original.dockerfile),
    ];
    if (diagnostics.some(({ severity }) => severity === 'error')) throw new DockerfileParseError(diagnostics);
    this.#live = live;
    this.#parsed = live.text === text ? original.dockerfile : parseDockerfile(live.text, DOCKERFILE).dockerfile;
    this.stages = this.#parsed.stages;
    this.liveCmd = live.command?.value ?? null;
    this.diagnostics = diagnostics;
  }

  /**
   * The Dockerfile to build the container from: byte for byte the one that was given, when no directive applies. A comment
   * in front of the live command tells `Dockerfile` where it is.
   */
  generateLiveDockerfile(): string {
    return this.#live.text;
  }

  /** The live Dockerfile, parsed. */
  get parsed(): ParsedDockerfile {
    return this.#parsed;
  }

  /** Where the live command stands in the live Dockerfile. */
  get liveCommand(): LiveText['command'] {
    return this.#live.command;
  }

  /** For each line of the live Dockerfile (from index 0) its line in what was given. */
  get lineMap(): readonly number[] {
    return this.#live.lineMap;
  }
}

/** What a build refuses of the steps, whatever its arguments are: faults of instructions without a variable. */
function certainFaults(text: string, dockerfile: ParsedDockerfile): Diagnostic[] {
  const lines = text.split('\n');
  const options = { buildArgs: {}, additionalContexts: [], baseConfig: () => undefined };
  return resolveStages(dockerfile, options).diagnostics.filter(({ range }) => {
    const written = range === undefined ? [] : lines.slice(range.line - 1, range.endLine);
    return !written.some((line) => line.includes('$'));
  });
}

function liveOf(text: string, parsed: ParsedDockerfile): { live: LiveText; found: readonly Diagnostic[] } {
  const marked = readMarked(text, parsed);
  if (marked) return { live: marked, found: [] };
  const made = makeLive(parsed, {});
  return { live: markLive(made), found: made.diagnostics };
}
