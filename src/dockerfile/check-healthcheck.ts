import { readJsonForm } from './json-form.js';
import type { Instruction } from './model.js';

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 36e5,
};

/** Milliseconds of a duration such as `1m30s`; undefined for none. */
function milliseconds(text: string): number | undefined {
  const [, sign, body = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined;
  let sum = 0;
  for (const [, number = '', unit = ''] of body.matchAll(/([\d.]+)([a-zµμ]+)/g))
    sum += Number(number) * (UNITS[unit] ?? 0);
  return sign === '-' ? -sum : sum;
}

function optionFault(name: string, value: string): string | undefined {
  if (value === '') return undefined;
  if (name === 'retries') {
    return /^\+?\d+$/.test(value) && Number(value) < 2 ** 31 ? undefined : `--retries takes a number, not ${value}`;
  }
  const time = milliseconds(value);
  if (time === undefined) return `--${name} takes a duration such as 30s or 1m30s, not ${value}`;
  return time !== 0 && time < 1 ? `--${name} has to be at least 1ms` : undefined;
}

/** What is wrong with a HEALTHCHECK; undefined for nothing. */
export function healthcheckFault({ args, flags }: Instruction): string | undefined {
  const [, type = '', command = ''] = /^(\S+)\s*(.*)$/s.exec(args) ?? [];
  switch (type.toUpperCase()) {
    case 'NONE':
      return command === '' ? undefined : 'HEALTHCHECK NONE takes no arguments';
    case 'CMD': {
      const form = readJsonForm(command);
      if (command === '' || (form.kind === 'strings' && form.values.length === 0))
        return 'HEALTHCHECK CMD has no command';
      return flags.map(({ name, value }) => optionFault(name, value ?? '')).find((fault) => fault !== undefined);
    }
    default:
      return `HEALTHCHECK takes CMD or NONE, not ${type}`;
  }
}
