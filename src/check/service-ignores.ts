import type { Finding } from './rule.js';

/** The rules that `x-livepush` of a service says to ignore, and what is wrong with how it says so. */
export interface ServiceIgnores {
  readonly ids: readonly string[];
  readonly fault: Pick<Finding, 'message' | 'hint'> | undefined;
}

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : undefined;

/** Reads `x-livepush: {check: {ignore: [ID]}}`; one id may stand without a list. */
export function serviceIgnores(livepush: unknown): ServiceIgnores {
  const ignore = member(member(livepush, 'check'), 'ignore');
  if (ignore === undefined || ignore === null) return { ids: [], fault: undefined };
  const list: readonly unknown[] = Array.isArray(ignore) ? ignore : [ignore];
  const ids = list.filter((id) => typeof id === 'string');
  if (ids.length === list.length) return { ids, fault: undefined };
  const message = 'x-livepush.check.ignore is no list of rules.';
  return { ids, fault: { message, hint: 'Write x-livepush: {check: {ignore: [ID]}}' } };
}
