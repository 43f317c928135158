import {
  type AndOr,
  type Command,
  type CompoundCommand,
  type If,
  type PipelineNode,
  parse,
  type Redirected,
  type Statement,
} from 'unbash';
import { possibleItems } from './case-items.js';
import { isExistenceTest, isExit, isFailure, isSuccess } from './conditions.js';
import { assignedNames, type Known } from './known-words.js';
import { changedFolder, readSet, type ShellOptions } from './script-state.js';
import { hasOption, outputsOf, programOf, type ShellCommand, type ShellWord, wordsOf } from './shell-command.js';
import { chainTruth, listTruth } from './truth.js';

/** What holds for a part of a script because of what stands around it. */
interface Circumstances {
  /** The script fails when this part does. */
  readonly matters: boolean;
  readonly guarded: boolean;
  /** Part of a condition: `set -e` does not count. */
  readonly condition: boolean;
}

interface Walk extends ShellOptions {
  readonly source: string;
  readonly commands: ShellCommand[];
  folder: string | undefined;
  /** Values of variables that are the same each time. */
  readonly known: Known;
  /** The script's own functions by their names, until they are called. */
  readonly functions: Map<string, CompoundCommand | Redirected>;
}

const whole: Circumstances = { matters: true, guarded: false, condition: false };

/** What a step brings along for its script. */
export interface ScriptSetting {
  /** Absolute. */
  readonly folder: string;
  /** With its options, such as `/bin/bash -o pipefail -c`. */
  readonly shell: readonly string[];
  /** Variables of the build, as far as they are known; the script's own are left out here. */
  readonly variables?: Known;
}

/**
 * The commands of a script, in order. Those of all branches too, but for branches that known variables switch off. What
 * cannot be read is passed over.
 */
export function readCommands(
  source: string,
  { folder, shell, variables = () => undefined }: ScriptSetting,
): ShellCommand[] {
  const args = shell.slice(1).map((text): ShellWord => ({ text, literal: true }));
  const errexit = hasOption({ args }, '-e') || shell.includes('errexit');
  const own = assignedNames(source);
  const known: Known = (name) => (own.has(name) ? undefined : variables(name));
  const pipefail = shell.includes('pipefail');
  const walk: Walk = { source, commands: [], errexit, pipefail, folder, known, functions: new Map() };
  readList(walk, parse(source).commands, whole);
  return walk.commands;
}

function readList(walk: Walk, statements: readonly Statement[], outside: Circumstances): void {
  let around = outside;
  for (const [index, { command, background }] of statements.entries()) {
    const matters = around.matters && index === statements.length - 1 && background !== true;
    const inPart = { ...around, matters };
    if (command.type === 'AndOr') readAndOr(walk, command, inPart);
    else readPipeline(walk, command, { ...inPart, matters: matters || stops(walk, around) });
    if (endsAlways(walk, command)) return;
    if (isEarlyEnd(command)) around = { ...around, guarded: true };
  }
}

/** Whether a script surely goes no further than this: `[ "$X" = no ] && exit 0` where X is no. */
function endsAlways({ known }: Walk, command: Statement['command']): boolean {
  if (command.type === 'AndOr') {
    const links = chainTruth(command, known);
    return command.commands.some((each, index) => links[index]?.runs === true && isExit(each));
  }
  if (command.type !== 'If') return isExit(command);
  const branch = listTruth(command.clause.commands, known) === true ? command.then.commands : [];
  return branch.some(({ command: each }) => each.type !== 'AndOr' && isExit(each));
}

/** `[ -e x ] && exit 0`, or the same with `if`: what follows runs only when it is not there. */
function isEarlyEnd(command: Statement['command']): boolean {
  if (command.type === 'AndOr') return command.commands.some(isExistenceTest) && command.commands.some(isSuccess);
  if (command.type !== 'If') return false;
  const isAsked = command.clause.commands.some(
    ({ command: asked }) => asked.type !== 'AndOr' && isExistenceTest(asked),
  );
  return isAsked && command.then.commands.some(({ command: then }) => then.type !== 'AndOr' && isSuccess(then));
}

const stops = ({ errexit }: Walk, { condition }: Circumstances): boolean => errexit && !condition;

/** In a chain that is not the last of its list, only its last command ends the script under `set -e`. */
function readAndOr(walk: Walk, chain: AndOr, around: Circumstances): void {
  const { commands, operators } = chain;
  const links = chainTruth(chain, walk.known);
  let guarded = around.guarded;
  let rescue = -1;
  for (const [index, command] of commands.entries()) {
    const before = operators[index - 1];
    if (rescue < index) rescue = operators.indexOf('||', index);
    if (rescue < 0) rescue = operators.length;
    const rescuer = commands[rescue + 1];
    const isRescued = rescuer !== undefined && !isFailure(rescuer);
    const isLast = index === commands.length - 1;
    const counts = around.matters || (isLast && stops(walk, around)) || (rescuer !== undefined && !isRescued);
    const asked = before === '||' && !isFailure(command) && links[index]?.runs !== true;
    if (links[index]?.runs === false) continue;
    readPipeline(walk, command, { ...around, guarded: guarded || asked, matters: counts && !isRescued });
    guarded = around.guarded || isExistenceTest(command) || (guarded && before === '&&');
  }
}

function readPipeline(walk: Walk, node: PipelineNode, around: Circumstances): void {
  if (node.type !== 'Pipeline') {
    readCommand(walk, node, around);
    return;
  }
  const isNegated = node.prefixes.some(({ type }) => type === 'Negation');
  for (const [index, command] of node.commands.entries()) {
    const counts = index === node.commands.length - 1 || walk.pipefail;
    readCommand(walk, command, { ...around, matters: around.matters && counts && !isNegated });
  }
}

function readCommand(walk: Walk, node: Exclude<PipelineNode, { type: 'Pipeline' }>, around: Circumstances): void {
  switch (node.type) {
    case 'Command':
      readSimple(walk, node, around);
      return;
    case 'Redirected':
      readCompound(walk, node.command, around);
      return;
    case 'Function':
      if (node.body.type !== 'CompoundList') walk.functions.set(node.name.value, node.body);
      return;
    case 'Coproc':
      return;
    default:
      readCompound(walk, node, around);
  }
}

function readCompound(walk: Walk, node: CompoundCommand, around: Circumstances): void {
  switch (node.type) {
    case 'If':
      readIf(walk, node, around);
      return;
    case 'For':
    case 'Select':
    case 'ArithmeticFor':
      readList(walk, node.body.commands, around);
      return;
    case 'While':
      readList(walk, node.clause.commands, { ...around, matters: false, condition: true });
      readList(walk, node.body.commands, around);
      return;
    case 'BraceGroup':
      readList(walk, node.body.commands, around);
      return;
    case 'Subshell': {
      const { folder, errexit, pipefail } = walk;
      readList(walk, node.body.commands, around);
      Object.assign(walk, { folder, errexit, pipefail });
      return;
    }
    case 'Case':
      for (const { body } of possibleItems(node, walk.known)) readList(walk, body.commands, around);
      return;
    case 'TestCommand':
    case 'ArithmeticCommand':
      return;
  }
}

function readIf(walk: Walk, node: If, around: Circumstances): void {
  let guarded = around.guarded;
  for (const { clause, then } of [node, ...node.elif]) {
    readList(walk, clause.commands, { ...around, matters: false, condition: true });
    const truth = listTruth(clause.commands, walk.known);
    if (truth === false) continue;
    const asked = clause.commands.some(({ command }) =>
      command.type === 'AndOr' ? command.commands.some(isExistenceTest) : isExistenceTest(command),
    );
    guarded ||= asked;
    readList(walk, then.commands, { ...around, guarded });
    if (truth === true) return;
  }
  if (node.else !== undefined) readList(walk, node.else.commands, { ...around, guarded });
}

function readSimple(walk: Walk, node: Command, { matters, guarded, condition }: Circumstances): void {
  const words = wordsOf(node);
  const [, ...args] = words;
  const program = programOf(words);
  const { pos: start, end } = node;
  const command = { program, args, outputs: outputsOf(node), text: walk.source.slice(start, end), start, end };
  if (isShell(program) && hasOption({ args }, '-c')) {
    readNested(walk, args, { start, end, matters, guarded });
    return;
  }
  const called = walk.functions.get(program);
  if (called !== undefined) {
    // once is enough, and ends one that calls itself
    walk.functions.delete(program);
    readCommand(walk, called, { matters, guarded, condition });
    return;
  }
  walk.commands.push({ ...command, tolerated: !matters, guarded, folder: walk.folder });
  if (program === 'set') readSet(walk, args);
  if (program === 'cd' || program === 'pushd') walk.folder = changedFolder(walk.folder, args);
}

const isShell = (program: string): boolean => /^(?:ba|da|a|k)?sh$/.test(program);

/** `sh -c 'script'`: its commands stand where the whole does. */
function readNested(
  walk: Walk,
  args: readonly ShellWord[],
  { start, end, matters, guarded }: { start: number; end: number; matters: boolean; guarded: boolean },
): void {
  const flag = args.findIndex(({ text }) => /^-\w*c$/.test(text));
  const script = args[flag + 1];
  if (flag < 0 || script === undefined) return;
  const shell = ['sh', ...args.slice(0, flag + 1).map(({ text }) => text)];
  for (const command of readCommands(script.text, { folder: walk.folder ?? '/', shell, variables: walk.known })) {
    walk.commands.push({
      ...command,
      start,
      end,
      tolerated: command.tolerated || !matters,
      guarded: command.guarded || guarded,
    });
  }
}
