import { listOf, mapOf, textMapOf, textOf, textsOf, type YamlMap } from './yaml-value.js';

/** A command that compose runs in a container besides its main process. */
export interface Hook {
  readonly argv: readonly string[];
  /** Undefined for the container's own. */
  readonly user: string | undefined;
  readonly privileged: boolean;
  /** Undefined for the container's own. */
  readonly workdir: string | undefined;
  /** `NAME=value` */
  readonly env: readonly string[];
}

/** What is run after each start of a service's containers, and before each stop. */
export interface ServiceHooks {
  readonly postStart: readonly Hook[];
  readonly preStop: readonly Hook[];
}

/** Reads the hooks of a service as `docker compose config` prints it; undefined without any. */
export function readHooks({ post_start, pre_stop }: YamlMap): ServiceHooks | undefined {
  const hooks = { postStart: listOf(post_start).flatMap(readHook), preStop: listOf(pre_stop).flatMap(readHook) };
  return hooks.postStart.length + hooks.preStop.length > 0 ? hooks : undefined;
}

function readHook(value: unknown): Hook[] {
  const raw = mapOf(value);
  const argv = textsOf(raw.command);
  if (argv.length === 0) return [];
  const env = Object.entries(textMapOf(raw.environment)).map(([name, text]) => `${name}=${text}`);
  const [user, workdir] = [textOf(raw.user), textOf(raw.working_dir)];
  return [{ argv, user, privileged: raw.privileged === true, workdir, env }];
}
