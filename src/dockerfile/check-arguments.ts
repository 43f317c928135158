import type { Instruction } from './model.js';
import { envPairs, splitWords } from './words.js';

/** A fault in an instruction's arguments for which every build fails. */
export interface ArgumentFault {
  readonly code: string;
  readonly message: string;
}

const fault = (code: string, message: string): ArgumentFault[] => [{ code, message }];
const missing = (keyword: string, what: string): ArgumentFault[] =>
  fault('missing-argument', `${keyword} needs ${what}.`);

function checkFrom(args: string): ArgumentFault[] {
  const [base, as, name, ...more] = splitWords(args);
  if (base === undefined) return missing('FROM', 'the name of an image or a stage');
  if (as === undefined) return [];
  if (as.toLowerCase() !== 'as' || name === undefined || more.length > 0) {
    return fault('from-arguments', 'FROM takes an image, or an image, AS and the name of the stage.');
  }
  if (/^[a-z][a-z0-9-_.]*$/i.test(name)) return [];
  return fault(
    'stage-name',
    `${name} cannot name a stage: it must start with a letter and have no symbols but - _ and a dot.`,
  );
}

function checkPairs({ keyword, args }: Instruction, escapeChar: string): ArgumentFault[] {
  const pairs = envPairs(args, escapeChar);
  if (pairs.length === 0) return missing(keyword, 'a name and a value');
  const bad = pairs.find(({ value }) => value === undefined);
  if (bad !== undefined) return fault('name-without-value', `${keyword} ${bad.name} has no value.`);
  return pairs.some(({ name }) => name === '') ? fault('missing-argument', `${keyword} needs a name before =.`) : [];
}

function checkCopy({ keyword, args, json }: Instruction): ArgumentFault[] {
  const words = json ?? splitWords(args);
  if (words.length < 2) return missing(keyword, 'at least one source and a destination');
  return [];
}

/** The faults of an instruction's arguments; none for an instruction that is not known. */
export function checkArguments(instruction: Instruction, escapeChar: string): ArgumentFault[] {
  const { keyword, args, json } = instruction;
  switch (keyword) {
    case 'FROM':
      return checkFrom(args);
    case 'ENV':
    case 'LABEL':
      return checkPairs(instruction, escapeChar);
    case 'COPY':
    case 'ADD':
      return checkCopy(instruction);
    case 'SHELL':
      return json === undefined || json.length === 0 ? missing('SHELL', 'a JSON array with at least one word') : [];
    case 'RUN':
      return args === '' || json?.length === 0 ? missing('RUN', 'a command') : [];
    case 'ARG':
    case 'EXPOSE':
    case 'HEALTHCHECK':
    case 'MAINTAINER':
    case 'ONBUILD':
    case 'STOPSIGNAL':
    case 'USER':
    case 'VOLUME':
    case 'WORKDIR':
      return args === '' ? missing(keyword, 'an argument') : [];
    default:
      return [];
  }
}
