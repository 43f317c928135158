import { healthcheckFault } from './check-healthcheck.js';
import { flagFault } from './instruction-flags.js';
import { readJsonForm } from './json-form.js';
import { JSON_FORMS, KEYWORDS } from './keywords.js';
import type { Instruction } from './model.js';
import { readInstruction } from './read-instruction.js';
import { argPairs, envPairs, splitWords } from './words.js';

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

const jsonMessage = (keyword: string): string => `The JSON form of ${keyword} takes strings alone.`;
const isBadJson = ({ keyword, args }: Instruction): boolean =>
  JSON_FORMS.includes(keyword) && readJsonForm(args).kind === 'not-strings';

function checkTrigger({ args, heredocs, line, endLine }: Instruction, escapeChar: string): ArgumentFault[] {
  const trigger = readInstruction({ text: args, heredocs, line, endLine, unterminated: undefined });
  if (['FROM', 'MAINTAINER', 'ONBUILD'].includes(trigger.keyword)) {
    return fault('onbuild-trigger', `${trigger.keyword} cannot stand behind ONBUILD.`);
  }
  if (isBadJson(trigger)) return fault('json-not-strings', jsonMessage(trigger.keyword));
  // all else is read when the trigger is pulled
  return checkArguments(trigger, escapeChar).filter(({ code }) => code === 'name-without-value');
}

/** The faults of an instruction's flags and arguments; none for an instruction that is not known. */
export function checkInstructionText(instruction: Instruction, escapeChar: string): ArgumentFault[] {
  const flags = KEYWORDS.includes(instruction.keyword) ? flagFault(instruction) : undefined;
  return [
    ...(isBadJson(instruction) ? fault('json-not-strings', jsonMessage(instruction.keyword)) : []),
    ...(flags === undefined ? [] : fault('unknown-flag', `${flags}.`)),
    ...checkArguments(instruction, escapeChar),
  ];
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
      // builders run nothing for one that is empty
      return json?.length === 0 ? missing('RUN', 'a command') : [];
    case 'ARG':
      if (args === '') return missing(keyword, 'an argument');
      return argPairs(args, escapeChar).some(({ name }) => name === '') ? missing('ARG', 'a name before =') : [];
    case 'HEALTHCHECK': {
      const found = args === '' ? undefined : healthcheckFault(instruction);
      return found === undefined
        ? args === ''
          ? missing(keyword, 'an argument')
          : []
        : fault('bad-argument', `${found}.`);
    }
    case 'ONBUILD':
      return args === '' ? missing(keyword, 'an instruction') : checkTrigger(instruction, escapeChar);
    case 'VOLUME':
      return args === '' || json?.length === 0 ? missing(keyword, 'an argument') : [];
    case 'EXPOSE':
    case 'MAINTAINER':
    case 'STOPSIGNAL':
    case 'USER':
    case 'WORKDIR':
      return args === '' ? missing(keyword, 'an argument') : [];
    default:
      return [];
  }
}
