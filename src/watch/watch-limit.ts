import { readFile } from 'node:fs/promises';
import type { Diagnostic } from '../diagnostics.js';

/** Errors of the operating system for: no more watches, no more watchers. */
const limits: Readonly<Record<string, { readonly what: string; readonly kind: 'watches' | 'instances' }>> = {
  ENOSPC: { what: 'watched folders', kind: 'watches' },
  EMFILE: { what: 'programs that watch', kind: 'instances' },
};

/** True for an error that says that nothing more can be watched. */
export const isWatchLimit = (code: string | undefined): code is string => code !== undefined && code in limits;

/** What to tell the user of a limit: its number, and the command that raises it. */
export async function describeWatchLimit(code: string, directories: number): Promise<Diagnostic> {
  const { what, kind } = limits[code] ?? { what: 'watched folders', kind: 'watches' };
  const settings = await Promise.all(
    [`fs.inotify.max_user_${kind}`, `user.max_inotify_${kind}`].map(async (name) => ({
      name,
      value: await settingOf(name),
    })),
  );
  const lowest = settings.filter(({ value }) => value > 0).sort((a, b) => a.value - b.value)[0];
  const number = lowest ? ` of ${lowest.value} ${what} (${lowest.name})` : ` of ${what}`;
  const folders = directories === 1 ? 'One folder is' : `${directories} folders are`;
  return {
    code: 'watch-limit',
    severity: 'warning',
    message: `The limit${number} is reached. ${folders} looked through again and again instead.`,
    ...(lowest && { hint: `Raise it: sudo sysctl ${lowest.name}=${higher(kind, lowest.value)}` }),
  };
}

const higher = (kind: 'watches' | 'instances', value: number): number =>
  Math.max(kind === 'watches' ? 524_288 : 1024, value * 2);

/** A setting of the kernel; 0 where there is none. */
async function settingOf(name: string): Promise<number> {
  const text = await readFile(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || 0;
}
