import type { Instruction, StepState } from './model.js';
import { expandIn, lookupIn, type ScopeInput } from './scope.js';
import { lex } from './shell-lex.js';
import { isSignal } from './signals.js';
import { envPairs, splitWords } from './words.js';

/** Whether builders take a text for a port: `[[address:]port:]port[-port][/protocol]`. */
function isPort(text: string): boolean {
  const slash = text.indexOf('/');
  const protocol = slash < 0 ? 'tcp' : text.slice(slash + 1).toLowerCase();
  // older builders do not look at what follows a second slash
  if (!/^(?:tcp|udp|sctp)?(?:\/|$)/.test(protocol)) return false;
  const port = (slash < 0 ? text : text.slice(0, slash)).split(':').at(-1) ?? '';
  const [first, last = first, ...more] = port.split('-');
  if (more.length > 0 || ![first, last].every((each) => /^\d+$/.test(each ?? '') && Number(each) <= 65_535))
    return false;
  return Number(first) <= Number(last);
}

/**
 * What is wrong with an instruction that changes the image's configuration alone, with its variables in place; undefined
 * for nothing. Throws `SubstitutionError`.
 */
export function configFault(instruction: Instruction, state: StepState, input: ScopeInput): string | undefined {
  const { keyword, args, json } = instruction;
  const expand = (word: string): string => expandIn(state, word, input);
  switch (keyword) {
    case 'LABEL':
      for (const { name, value } of envPairs(args, input.escapeChar)) {
        expand(name);
        if (value !== undefined) expand(value);
      }
      return undefined;
    case 'EXPOSE': {
      const options = { lookup: lookupIn(state), escape: input.escapeChar };
      const ports = splitWords(args).flatMap((word) => lex(word, options).words);
      const bad = ports.find((port) => !isPort(port));
      return bad === undefined ? undefined : `EXPOSE takes ports such as 80 or 53/udp, not ${bad}`;
    }
    case 'VOLUME': {
      const paths = (json ?? splitWords(args)).map(expand);
      return paths.includes('') ? 'VOLUME has a path that is empty' : undefined;
    }
    case 'STOPSIGNAL': {
      const signal = expand(args);
      return isSignal(signal)
        ? undefined
        : `STOPSIGNAL takes the name or the number of a signal, not ${signal || 'nothing'}`;
    }
    default:
      return undefined;
  }
}
