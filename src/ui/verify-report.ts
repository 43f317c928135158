/** What was found of one container, as it is told. */
interface ToldContainer {
  readonly containerId: string;
  readonly compared: number;
  readonly differences: readonly {
    readonly path: string;
    readonly expected: string | null;
    readonly found: string | null;
  }[];
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
}

interface Told {
  readonly ok: boolean;
  readonly services: readonly { readonly service: string; readonly containers: readonly ToldContainer[] }[];
}

/** Paths of a kind that are told one by one. */
const LISTED = 50;

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

/** The lines that `verify` prints: each path that differs, and in the end what it comes to. */
export function verifyReport({ ok, services }: Told): string[] {
  const lines = services.flatMap(({ service, containers }) =>
    containers.flatMap((container) => containerLines(service, container)),
  );
  const wrong = services.filter(({ containers }) => containers.some(({ differences }) => differences.length > 0));
  const what = (of: number) => (of === 1 ? '1 service is' : `${of} services are`);
  const verdict = ok
    ? `verify: ${what(services.length)} what a clean build gives`
    : `verify: ${what(wrong.length)} not what a clean build gives (${wrong.map(({ service }) => service).join(', ')})`;
  return [...lines, verdict];
}

function containerLines(service: string, { containerId, compared, differences, leftOut }: ToldContainer): string[] {
  const id = containerId.slice(0, 12);
  const head = `${service} ${id}: ${count(compared, 'path')} compared, ${differences.length} differ, ${leftOut.length} left out`;
  const wrong = differences.map(
    ({ path, expected, found }) =>
      `  differs ${printable(path)}: ${found ?? 'nothing'}, expected ${expected ?? 'nothing'}`,
  );
  const left = leftOut.map(({ path, why }) => `  left out ${printable(path)}: ${why}`);
  return [head, ...shortened(wrong, '  differs'), ...shortened(left, '  left out')];
}

/** A path is somebody else's text: no control character of it reaches the terminal. */
const printable = (path: string): string => path.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\uFFFD');

const shortened = (lines: readonly string[], what: string): string[] =>
  lines.length > LISTED ? [...lines.slice(0, LISTED), `${what} ${lines.length - LISTED} more`] : [...lines];
