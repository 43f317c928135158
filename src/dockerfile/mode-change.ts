/** One change of permission bits. */
type Command =
  | { readonly kind: 'set' | 'clear' | 'set-if-executable'; readonly bits: number }
  /** Bits of one class go to these classes as well, away from them, or in place of what they have. */
  | { readonly kind: 'copy'; readonly from: Class; readonly to: readonly Class[]; readonly op: string };

type Class = 'u' | 'g' | 'o';

/** All but the sticky bit. */
const STANDARD = 0o6777;
const STICKY = 0o1000;
const EXECUTE = 0o111;
const SHIFTS: Readonly<Record<Class, number>> = { u: 6, g: 3, o: 0 };
const CLASSES: Readonly<Record<string, number>> = { a: STANDARD, u: 0o4700, g: 0o2070, o: 0o007 };
const BITS: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: EXECUTE };

/**
 * Reads a symbolic mode such as `u=rwX,go=rX` as BuildKit does, which has it from BSD's `chmod`, with a umask of 0.
 * Undefined for what is none.
 */
export function readModeChange(text: string): readonly Command[] | undefined {
  const clauses = text.split(',').map((clause) => /^([augo]*)((?:[-+=][rstwXxugo]*)+)$/.exec(clause));
  if (clauses.some((clause) => clause === null)) return undefined;
  return clauses.flatMap((clause) => {
    const [, classes = '', actions = ''] = clause ?? [];
    const who = [...classes].reduce((bits, letter) => bits | (CLASSES[letter] ?? 0), 0);
    return (actions.match(/[-+=][^-+=]*/g) ?? []).flatMap((action) => readAction(who, action));
  });
}

function readAction(classes: number, action: string): Command[] {
  const [op = '', ...letters] = action;
  const commands: Command[] = [];
  let who = classes;
  let bits = 0;
  let ifExecutable = 0;
  let cleared = op !== '=';
  const flush = (always: boolean): void => {
    if (bits !== 0 || always) commands.push(...bitCommands(op, who, bits));
    if (ifExecutable !== 0) commands.push({ kind: 'set-if-executable', bits: reach(who, ifExecutable) });
    [bits, ifExecutable] = [0, 0];
  };
  // for others alone there are no such bits
  const isSpecial = classes === 0 || (classes & ~0o007) !== 0;
  for (const letter of letters) {
    if (letter === 'u' || letter === 'g' || letter === 'o') {
      flush(false);
      cleared = true;
      commands.push({ kind: 'copy', from: letter, to: targets(who), op });
    } else if (letter === 's') bits |= isSpecial ? 0o6000 : 0;
    else if (letter === 't') {
      // from here on the letters are for the sticky bit too, or for it alone
      if (isSpecial) [who, bits] = [who | STICKY, bits | STICKY];
    } else if (letter === 'X' && op !== '-') ifExecutable = EXECUTE;
    else bits |= BITS[letter] ?? EXECUTE;
  }
  flush(!cleared);
  return commands;
}

const reach = (who: number, bits: number): number => (who === 0 ? bits : who & bits);

const targets = (who: number): Class[] =>
  (['u', 'g', 'o'] as const).filter((to) => who === 0 || (who & (0o4 << SHIFTS[to])) !== 0);

function bitCommands(op: string, who: number, bits: number): Command[] {
  const reached = reach(who, bits);
  if (op === '-') return [{ kind: 'clear', bits: reached }];
  const set: Command = { kind: 'set', bits: reached };
  return op === '=' ? [{ kind: 'clear', bits: who || STANDARD }, set] : [set];
}

function apply(command: Command, mode: number, before: Holder): number {
  switch (command.kind) {
    case 'set':
      return mode | command.bits;
    case 'clear':
      return mode & ~command.bits;
    case 'set-if-executable':
      return before.kind === 'directory' || (before.mode & EXECUTE) !== 0 ? mode | command.bits : mode;
    case 'copy': {
      const { from, to, op } = command;
      const value = (mode >> SHIFTS[from]) & 0o7;
      return to.reduce((bits, each) => {
        const placed = value << SHIFTS[each];
        if (op === '-') return bits & ~placed;
        return op === '+' ? bits | placed : (bits & ~(0o7 << SHIFTS[each])) | placed;
      }, mode);
    }
  }
}

/** Something that has a mode: permission bits with setuid, setgid and sticky. */
interface Holder {
  readonly kind: string;
  readonly mode: number;
}

/** The number that an octal `--chmod` is, or undefined for one that is none. */
export const octalMode = (chmod: string): number | undefined =>
  /^[0-7]+$/.test(chmod) ? Number.parseInt(chmod, 8) : undefined;

/** The mode that a file or a directory has after `--chmod`; undefined leaves it as it is. */
export function modeAfter(chmod: string | undefined, before: Holder): number {
  if (chmod === undefined) return before.mode;
  const octal = octalMode(chmod);
  if (octal !== undefined) return octal & 0o7777;
  const commands = readModeChange(chmod) ?? [];
  return commands.reduce((mode, command) => apply(command, mode, before), before.mode);
}
