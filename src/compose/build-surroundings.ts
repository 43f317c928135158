import type { Surroundings } from '../docker/surroundings.js';
import type { BuildSpec } from './build-spec.js';
import { listOf, mapOf, numberOf, textOf, type YamlMap } from './yaml-value.js';

/** What a service's `build` says of the surroundings of its steps. Left out: as the engine has it. */
export type BuildSurroundings = Omit<Surroundings, 'hostname' | 'volumes' | 'tmpfs' | 'securityOptions'>;

/** Reads the surroundings that a build gives its steps. */
export function buildSurroundings({ raw, network, platforms }: BuildSpec, platform?: string): BuildSurroundings {
  const target = platform ?? platforms[0];
  const extraHosts = readHosts(raw.extra_hosts);
  const ulimits = Object.entries(mapOf(raw.ulimits)).map(readUlimit);
  const shmSize = bytesOf(textOf(raw.shm_size));
  return {
    ...(target !== undefined && { platform: target }),
    ...(network !== undefined && network !== 'default' && { network }),
    ...(extraHosts.length > 0 && { extraHosts }),
    ...(shmSize !== undefined && { shmSize }),
    ...(ulimits.length > 0 && { ulimits }),
    ...(raw.privileged === true && { privileged: true }),
  };
}

/** A list of `host=address` or `host:address`, or a map of hosts to an address or several. */
function readHosts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => textOf(entry)?.replace(/^([^=:]+)[=:]/, '$1:') ?? []);
  return Object.entries(mapOf(value)).flatMap(([host, addresses]) =>
    (Array.isArray(addresses) ? listOf(addresses) : [addresses]).flatMap((address) => {
      const text = textOf(address);
      return text === undefined ? [] : [`${host}:${text}`];
    }),
  );
}

function readUlimit([name, value]: readonly [string, YamlMap[string]]) {
  const plain = numberOf(value);
  const { soft, hard } = mapOf(value);
  return { name, soft: plain ?? numberOf(soft) ?? 0, hard: plain ?? numberOf(hard) ?? 0 };
}

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** `64m`, `1gb`, `67108864`. */
function bytesOf(text: string | undefined): number | undefined {
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?)\s*([bkmg])?b?$/i.exec(text ?? '') ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * (UNITS[unit.toLowerCase()] ?? 1));
}
