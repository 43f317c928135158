import { listOf, mapOf, textOf, type YamlMap } from './yaml-value.js';

/** A config or a secret that a service's containers are given, as the project defines it. */
export interface AttachedFile {
  readonly kind: 'config' | 'secret';
  /** Its key in the project's `configs` or `secrets`. */
  readonly name: string;
  /** Absolute path; undefined where it comes from elsewhere. */
  readonly file: string | undefined;
  /** Name of the variable that it comes from. */
  readonly environment: string | undefined;
  /** All that the project says of it. */
  readonly definition: string;
}

/** The configs and secrets of a service. */
export function readAttached(service: YamlMap, root: YamlMap): AttachedFile[] {
  const kinds = [
    ['config', service.configs, mapOf(root.configs)],
    ['secret', service.secrets, mapOf(root.secrets)],
  ] as const;
  return kinds.flatMap(([kind, used, declared]) =>
    listOf(used).flatMap((entry): AttachedFile[] => {
      const name = textOf(entry) ?? textOf(mapOf(entry).source);
      if (name === undefined) return [];
      const { file, environment } = mapOf(declared[name]);
      const definition = JSON.stringify(declared[name] ?? null);
      return [{ kind, name, file: textOf(file), environment: textOf(environment), definition }];
    }),
  );
}

/** By what people call a config or a secret: a digest of what it says and of what is in it. */
export type AttachedContents = Readonly<Record<string, string>>;

/** What people call it: `config nginx (conf/nginx.conf)`. */
export const attachedLabel = ({ kind, name }: AttachedFile, shown: string | undefined): string =>
  shown === undefined ? `${kind} ${name}` : `${kind} ${name} (${shown})`;
