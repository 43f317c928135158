const NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  USR1: 10,
  USR2: 12,
  ALRM: 14,
  TERM: 15,
  WINCH: 28,
  PWR: 30,
  RTMIN: 34,
  RTMAX: 64,
};

/** Number of a signal that is written as `SIGTERM`, `TERM`, `15` or `SIGRTMIN+3`; undefined for one that is not known. */
export function signalNumber(name: string): number | undefined {
  const [, word = '', sign, offset = '0'] = /^(?:SIG)?([A-Z0-9]+?)(?:([+-])(\d+))?$/i.exec(name.trim()) ?? [];
  const base = /^\d+$/.test(word) ? Number(word) : NUMBERS[word.toUpperCase()];
  const number = base === undefined ? 0 : base + (sign === '-' ? -1 : 1) * Number(offset);
  return number >= 1 && number <= 64 ? number : undefined;
}
