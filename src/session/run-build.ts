import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComposeCli } from '../compose/compose-requests.js';
import type { HelperBuild } from '../compose/live-service.js';
import type { WrittenOverride } from '../compose/write-override.js';
import type { EventSink } from '../events.js';
import { attributeBuildLines, type BuildAttribution } from './attribute-build-line.js';

/** What a build takes part in. */
export interface BuildRun {
  readonly cli: ComposeCli;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  /** `build: false`: the services' own images are there. */
  readonly options: { readonly build: boolean };
}

/** What is built in one go. */
interface Build {
  readonly written: WrittenOverride;
  /** Of the services. */
  readonly names: readonly string[];
  readonly helpers: readonly HelperBuild[];
  /** What has to be there before all that: one group after the other. Only where services are built at all. */
  readonly first?: readonly (readonly Pick<HelperBuild, 'name' | 'service'>[])[];
  /** Absolute paths of the services' build contexts. */
  readonly contexts: readonly string[];
  /** Carries out all steps, whatever is known of earlier builds. */
  readonly noCache?: boolean;
  /** Told that it begins; once more when all of it is built again. */
  readonly onBegin?: () => void;
  /** Told each line of output. */
  readonly onLine?: (line: string) => void;
}

/** Builds services and what is built beside them, and tells of it. */
export async function runBuild(context: BuildRun, build: Build): Promise<void> {
  const { sink, options } = context;
  const { names, helpers, written } = build;
  const started = performance.now();
  const services = [...(options.build ? names : []), ...helpers.map(({ name }) => name)];
  if (services.length === 0) return;
  const groups = options.build ? (build.first ?? []).map((group) => group.map(({ name }) => name)) : [];
  let attribution = attributionOf(build);
  const attempt = async (file: string) => {
    attribution = attributionOf(build);
    build.onBegin?.();
    for (const group of [...groups, services]) await buildOnce(context, build, { file, services: group, attribution });
  };
  const end = (ok: boolean) => {
    const durationMs = Math.round(performance.now() - started);
    const failed = ok ? [] : [...attribution.failed];
    for (const service of names) {
      const blockedBy = failed.length > 0 && !failed.includes(service) ? { blockedBy: failed } : {};
      void sink({ type: 'buildEnd', service, ok, durationMs, ...blockedBy });
    }
  };
  for (const service of names) void sink({ type: 'buildStart', service });
  try {
    try {
      await attempt(written.buildFile);
    } catch (error) {
      // a stage by itself has less of the context than the service that it is a part of
      if (helpers.length === 0 || !(await isThere(build, attribution.missing))) throw error;
      const [service = ''] = attribution.failed;
      const line = `A stage by itself is not given /${attribution.missing} of the context: built again with all of it.`;
      void sink({ type: 'buildOutput', service, line });
      await attempt(await written.writeWhole());
    }
    end(true);
  } catch (error) {
    end(false);
    throw error;
  }
}

const attributionOf = ({ names, helpers, first = [] }: Build): BuildAttribution =>
  attributeBuildLines(
    new Map([
      ...names.map((name) => [name, name] as const),
      ...[...first.flat(), ...helpers].map(({ name, service }) => [name, service] as const),
    ]),
  );

async function buildOnce(
  { cli, sink, signal }: BuildRun,
  { names: [first], onLine: told, noCache = false }: Build,
  { file, services, attribution }: { file: string; services: readonly string[]; attribution: BuildAttribution },
): Promise<void> {
  const onLine = (line: string): void => {
    told?.(line);
    const service = attribution.ownerOf(line) ?? first;
    if (service !== undefined) void sink({ type: 'buildOutput', service, line });
  };
  await cli.build({ overrides: [file], services, noCache, onLine, signal });
}

/** True when the user does have what a step did not find. */
async function isThere({ contexts }: Build, missing: string | undefined): Promise<boolean> {
  if (missing === undefined) return false;
  const looks = contexts.map((context) =>
    lstat(join(context, missing)).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(looks)).includes(true);
}
