import { octalMode, readModeChange } from './mode-change.js';
import { expandIn } from './scope.js';
import type { StepContext } from './step-context.js';

/** The mode that a builder gives to what a COPY or ADD copies; `unsure` where builders differ and nobody knows which one reads it. */
export type CopyMode =
  | { readonly kind: 'mode'; readonly chmod: string | undefined }
  | { readonly kind: 'unsure'; readonly reason: string };

const mode = (chmod: string | undefined): CopyMode => ({ kind: 'mode', chmod: chmod || undefined });

/** Reads `--chmod` as the builder does that is there. Throws `SubstitutionError`. */
export function resolveMode(flag: string | undefined, context: StepContext): CopyMode {
  const { state, input, builder, frontend } = context;
  if (!flag) return mode(undefined);
  const isOctal = octalMode(flag) !== undefined;
  if (builder === undefined || frontend !== 'builder') {
    return isOctal ? mode(flag) : { kind: 'unsure', reason: `builders do not agree on --chmod=${flag}` };
  }
  if (builder.modes === 'octal-or-ignored') return mode(isOctal ? flag : undefined);
  const chmod = expandIn(state, flag, input);
  if (chmod !== '' && !isMode(chmod, builder.modes)) {
    const symbolic = builder.modes === 'symbolic' ? ', or letters such as u=rwX,go=rX' : '';
    context.fail('bad-argument', `--chmod takes octal digits up to 7777${symbolic}, not ${chmod}.`);
  }
  return mode(chmod);
}

function isMode(chmod: string, modes: 'octal' | 'symbolic'): boolean {
  const octal = octalMode(chmod);
  if (octal !== undefined) return octal <= 0o7777;
  return modes === 'symbolic' && readModeChange(chmod) !== undefined;
}

/** What directories have of their mode that a builder makes: its umask. */
const UMASK = 0o022;

/** The mode of directories that a step makes on its way. */
export function parentMode(chmod: string | undefined, { builder }: Pick<StepContext, 'builder'>): number {
  const octal = chmod !== undefined && builder?.modeOfParents ? octalMode(chmod) : undefined;
  return octal === undefined ? 0o755 : octal & 0o777 & ~UMASK;
}
