import type { Diagnostic } from '../diagnostics.js';
import { numberLines } from '../dockerfile/number-lines.js';
import type { ProjectOptions } from '../session/open-compose.js';
import { type InspectContext, openModels } from './open-models.js';

/** A live Dockerfile as text. */
export interface RenderedDockerfile {
  readonly service: string;
  /** The Dockerfile that it comes from, as the user would name it. */
  readonly file: string;
  /** What is built of it; undefined for the last stage. */
  readonly target: string | undefined;
  readonly text: string;
}

export interface RenderedProject {
  readonly dockerfiles: readonly RenderedDockerfile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes the live Dockerfiles of the built services, or of those named. Needs no engine. Throws `LivepushError`. */
export async function renderLive(
  options: ProjectOptions & {
    readonly services: readonly string[] /** Say the lines of the Dockerfile in comments. */;
    readonly lineNumbers: boolean;
  },
  { env, signal }: InspectContext,
): Promise<RenderedProject> {
  const { services, lineNumbers } = options;
  const { models, diagnostics } = await openModels({ ...options, services: [], live: services }, { env, signal });
  const dockerfiles = models.map((model): RenderedDockerfile => {
    const { build, target, dockerfile, lineMap } = model;
    const text = lineNumbers ? numberLines(dockerfile.text, lineMap) : dockerfile.text;
    return { service: build.service.name, file: build.dockerfilePath, target, text };
  });
  return { dockerfiles, diagnostics };
}
