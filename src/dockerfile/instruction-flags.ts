import type { Instruction } from './model.js';
import { suggest } from './suggest.js';

/** What a flag takes: a value, several of them, or at most true or false. */
type FlagKind = 'value' | 'list' | 'boolean';

/** The flags of each instruction, those of newer and experimental frontends too. All others take none. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
  FROM: { platform: 'value' },
  RUN: { mount: 'list', network: 'value', security: 'value', device: 'list' },
  COPY: { from: 'value', chown: 'value', chmod: 'value', link: 'boolean', parents: 'boolean', exclude: 'list' },
  ADD: {
    ...{ chown: 'value', chmod: 'value', link: 'boolean', exclude: 'list' },
    ...{ 'keep-git-dir': 'boolean', checksum: 'value', unpack: 'boolean' },
  },
  HEALTHCHECK: {
    ...{ interval: 'value', timeout: 'value', 'start-period': 'value', 'start-interval': 'value', retries: 'value' },
  },
};

/** Instructions whose flags builders pass over. */
const UNREAD = ['ARG', 'STOPSIGNAL'];

/** What is wrong with the flags of an instruction; undefined for nothing. Each builder refuses it. */
export function flagFault({ keyword, flags }: Instruction): string | undefined {
  if (UNREAD.includes(keyword)) return undefined;
  const known = new Map(Object.entries(FLAGS[keyword] ?? {}));
  const seen = new Set<string>();
  for (const { name, value } of flags) {
    const kind = known.get(name);
    if (kind === undefined) {
      const near = suggest(name, [...known.keys()]);
      return `${keyword} has no flag --${name}${near === undefined ? '' : ` (did you mean --${near}?)`}`;
    }
    if (kind !== 'boolean' && value === undefined) return `The flag --${name} has no value`;
    if (kind === 'boolean' && !['', 'true', 'false'].includes(value?.toLowerCase() ?? '')) {
      return `The flag --${name} takes true or false, not ${value}`;
    }
    if (kind !== 'list' && seen.has(name)) return `The flag --${name} is given twice`;
    seen.add(name);
  }
  return undefined;
}
