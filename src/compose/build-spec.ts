import { isAbsolute, resolve } from 'node:path';
import { mapOf, textMapOf, textOf, textsOf, type YamlMap } from './yaml-value.js';

/** A secret of a build, as `RUN --mount=type=secret,id=…` names it. Comes from a file or an environment variable. */
export interface BuildSecret {
  readonly id: string;
  /** Absolute path. */
  readonly file: string | undefined;
  /** Name of the variable. */
  readonly environment: string | undefined;
}

/** The `build` part of a service, with everything resolved that compose resolves. */
export interface BuildSpec {
  /** Absolute path, or the address of a remote context. */
  readonly context: string;
  readonly remote: boolean;
  /** Absolute path; undefined when the Dockerfile is inline or the context is remote. */
  readonly dockerfile: string | undefined;
  readonly inline: string | undefined;
  readonly target: string | undefined;
  readonly args: Readonly<Record<string, string>>;
  /** Name to absolute path, `docker-image://…`, `service:…` or another address. */
  readonly additionalContexts: Readonly<Record<string, string>>;
  readonly secrets: readonly BuildSecret[];
  /** `default`, or `id=path`. */
  readonly ssh: readonly string[];
  readonly platforms: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly network: string | undefined;
  /** All keys as compose gave them, for builds that have to be like this one. */
  readonly raw: YamlMap;
}

/** Reads a service's `build`; undefined when it has none. `secrets` is the project's own list of them. */
export function readBuildSpec(value: unknown, secrets: YamlMap): BuildSpec | undefined {
  const raw = typeof value === 'string' ? { context: value } : mapOf(value);
  const context = textOf(raw.context) ?? (raw.dockerfile_inline === undefined ? undefined : '.');
  if (context === undefined) return undefined;
  // Compose makes every local context absolute.
  const remote = !isAbsolute(context);
  const inline = textOf(raw.dockerfile_inline);
  return {
    context,
    remote,
    dockerfile: remote || inline !== undefined ? undefined : resolve(context, textOf(raw.dockerfile) ?? 'Dockerfile'),
    inline,
    target: textOf(raw.target) || undefined,
    args: textMapOf(raw.args),
    additionalContexts: textMapOf(raw.additional_contexts),
    secrets: Array.isArray(raw.secrets) ? raw.secrets.flatMap((secret) => readSecret(secret, secrets)) : [],
    ssh: readSsh(raw.ssh),
    platforms: textsOf(raw.platforms),
    labels: textMapOf(raw.labels),
    network: textOf(raw.network),
    raw,
  };
}

function readSecret(value: unknown, declared: YamlMap): BuildSecret[] {
  const { source: written, target } = typeof value === 'string' ? { source: value, target: undefined } : mapOf(value);
  const source = textOf(written);
  if (source === undefined) return [];
  const { file, environment } = mapOf(declared[source]);
  return [{ id: textOf(target) || source, file: textOf(file), environment: textOf(environment) }];
}

/** `docker compose config` prints a key with a path as `id: path`, which compose itself does not read back. */
function readSsh(value: unknown): string[] {
  const pairs = Object.entries(Array.isArray(value) ? {} : mapOf(value)).map(([id, path]) => [id, textOf(path)]);
  if (pairs.length > 0) return pairs.map(([id, path]) => (path ? `${id}=${path}` : `${id}`));
  return textsOf(value).map((text) => text.replace(/^([^\s=:]+): /, '$1='));
}
