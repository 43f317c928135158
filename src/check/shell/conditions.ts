import type { CommandNode, PipelineNode, TestExpression } from 'unbash';
import { programOf, type ShellWord, wordsOf } from './shell-command.js';

/** Programs that are asked whether something is there. */
const QUESTIONS = ['id', 'getent', 'grep', 'egrep', 'fgrep', 'which', 'type', 'hash', 'ls', 'stat', 'cmp', 'diff'];
const FILE_TESTS = ['-d', '-e', '-f', '-h', '-L', '-p', '-r', '-s', '-w', '-x', '-S'];

const hasFileTest = (words: readonly ShellWord[]): boolean => words.some(({ text }) => FILE_TESTS.includes(text));

function isFileExpression(expression: TestExpression): boolean {
  switch (expression.type) {
    case 'TestUnary':
      return FILE_TESTS.includes(expression.operator);
    case 'TestBinary':
      return false;
    case 'TestLogical':
      return expression.operands.some(isFileExpression);
    case 'TestNot':
    case 'TestGroup':
      return isFileExpression(expression.type === 'TestNot' ? expression.operand : expression.expression);
  }
}

/** Whether a command asks if something is there: `[ -d x ]`, `id -u app`, `! grep -q x file`. */
export function isExistenceTest(node: PipelineNode): boolean {
  switch (node.type) {
    case 'Pipeline':
      return node.commands.some(isExistenceTest);
    case 'TestCommand':
      return isFileExpression(node.expression);
    case 'Command': {
      const words = wordsOf(node);
      const program = programOf(words);
      if (program === '[' || program === 'test') return hasFileTest(words);
      // `command -v x` loses its first word as a prefix
      return QUESTIONS.includes(program) || node.name?.value === 'command';
    }
    default:
      return false;
  }
}

/** Whether a command is there to end the script as failed: `exit 1`, `false`, or a group that ends so. */
export function isFailure(node: CommandNode | PipelineNode): boolean {
  if (node.type === 'BraceGroup' || node.type === 'Subshell') {
    const last = node.body.commands.at(-1)?.command;
    return last !== undefined && last.type !== 'AndOr' && isFailure(last);
  }
  if (node.type !== 'Command') return false;
  const words = wordsOf(node);
  const program = programOf(words);
  if (program === 'false') return true;
  return (program === 'exit' || program === 'return') && words[1]?.text !== '0';
}

/** Whether a command ends the script as done: `exit`, `exit 0`. */
export function isSuccess(node: PipelineNode): boolean {
  if (node.type !== 'Command') return false;
  const words = wordsOf(node);
  return programOf(words) === 'exit' && (words[1]?.text ?? '0') === '0';
}

/** Whether a command ends the script, however. */
export const isExit = (node: PipelineNode): boolean =>
  node.type === 'Command' && programOf(wordsOf(node)) === 'exit' && node.prefix.length === 0;
