import type { AndOr, Command, PipelineNode, Statement, TestExpression, Word } from 'unbash';
import { type Known, knownWord } from './known-words.js';

/** How a command ends each time: done, failed, or undefined where it cannot be told. */
export type Truth = boolean | undefined;

const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);
const both = (a: Truth, b: Truth): Truth => (a === false || b === false ? false : a === true ? b : undefined);
const either = (a: Truth, b: Truth): Truth => not(both(not(a), not(b)));

/** How a command of a condition ends, as far as variables that are known decide it. */
export function truthOf(node: PipelineNode, known: Known): Truth {
  switch (node.type) {
    case 'Pipeline': {
      const [only, ...more] = node.commands;
      if (only === undefined || more.length > 0) return undefined;
      const isNegated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
      return isNegated ? not(truthOf(only, known)) : truthOf(only, known);
    }
    case 'Command':
      return commandTruth(node, known);
    case 'TestCommand':
      return expressionTruth(node.expression, known);
    case 'BraceGroup':
    case 'Subshell':
      return listTruth(node.body.commands, known);
    default:
      return undefined;
  }
}

/** How a list ends: as its last command does, where nothing in front of it could end it. */
export function listTruth(statements: readonly Statement[], known: Known): Truth {
  const [only, ...more] = statements;
  if (only === undefined || more.length > 0 || only.background) return undefined;
  return only.command.type === 'AndOr' ? chainTruth(only.command, known).at(-1)?.after : truthOf(only.command, known);
}

/** A command of a chain: whether it runs at all, and how the chain stands behind it. */
export interface Link {
  readonly runs: Truth;
  readonly after: Truth;
}

/** Goes along `a && b || c`. */
export function chainTruth({ commands, operators }: AndOr, known: Known): Link[] {
  let status: Truth = true;
  return commands.map((command, index) => {
    const runs: Truth = index === 0 ? true : operators[index - 1] === '&&' ? status : not(status);
    if (runs !== false) {
      const own = truthOf(command, known);
      status = index === 0 ? own : operators[index - 1] === '&&' ? both(status, own) : either(status, own);
    }
    return { runs, after: status };
  });
}

function commandTruth(node: Command, known: Known): Truth {
  if (node.prefix.length > 0 || node.redirects.some(({ operator }) => operator === '<')) return undefined;
  const name = node.name === undefined ? undefined : knownWord(node.name, known)?.text;
  if (name === 'true' || name === ':') return true;
  if (name === 'false') return false;
  if (name !== '[' && name !== 'test') return undefined;
  const words = node.args.map((arg) => (arg.type === 'Word' ? knownWord(arg, known) : undefined));
  const args: string[] = [];
  for (const word of words) {
    if (word === undefined) return undefined;
    if (!word.dropped) args.push(word.text);
  }
  if (name === '[' && args.pop() !== ']') return undefined;
  return testTruth(args);
}

/** What `test` makes of its arguments. A test that it refuses counts as failed, as in a build. */
function testTruth(args: readonly string[]): Truth {
  const or = args.lastIndexOf('-o');
  if (or > 0 && args.length > 3) return either(testTruth(args.slice(0, or)), testTruth(args.slice(or + 1)));
  const and = args.lastIndexOf('-a');
  if (and > 0 && args.length > 3) return both(testTruth(args.slice(0, and)), testTruth(args.slice(and + 1)));
  const [first = '', second = '', third = ''] = args;
  if (args.length === 0) return false;
  if (args.length === 1) return first !== '';
  if (args.length === 3 && isOperator(second)) return compare(first, second, third);
  if (first === '!') return not(testTruth(args.slice(1)));
  if (args.length === 2 && (first === '-n' || first === '-z')) return (second === '') === (first === '-z');
  // `[ $UNSET = true ]` without quotes
  return args.length === 2 && isOperator(first) ? false : undefined;
}

const isOperator = (text: string): boolean => /^(?:={1,2}|!=|-(?:eq|ne|gt|ge|lt|le))$/.test(text);

function compare(left: string, operator: string, right: string): Truth {
  if (operator === '=' || operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (!/^-?\d+$/.test(left) || !/^-?\d+$/.test(right)) return false;
  const difference = Number(left) - Number(right);
  const answers: Readonly<Record<string, boolean>> = {
    '-eq': difference === 0,
    '-ne': difference !== 0,
    '-gt': difference > 0,
    '-ge': difference >= 0,
    '-lt': difference < 0,
    '-le': difference <= 0,
  };
  return answers[operator];
}

const isPattern = ({ parts }: Word): boolean =>
  (parts ?? []).some(({ type }) => type === 'Glob' || type === 'ExtendedGlob');

function expressionTruth(expression: TestExpression, known: Known): Truth {
  switch (expression.type) {
    case 'TestUnary': {
      const value = knownWord(expression.operand, known)?.text;
      if (value === undefined || !['-n', '-z'].includes(expression.operator)) return undefined;
      return (value === '') === (expression.operator === '-z');
    }
    case 'TestBinary': {
      const { left, operator, right } = expression;
      const [a, b] = [knownWord(left, known)?.text, knownWord(right, known)?.text];
      if (a === undefined || b === undefined || isPattern(right) || !isOperator(operator)) return undefined;
      return compare(a, operator, b);
    }
    case 'TestLogical': {
      const join = expression.operator === '&&' ? both : either;
      return expression.operands.map((each) => expressionTruth(each, known)).reduce(join);
    }
    case 'TestNot': {
      const truth = expressionTruth(expression.operand, known);
      return expression.negations.length % 2 === 1 ? not(truth) : truth;
    }
    case 'TestGroup':
      return expressionTruth(expression.expression, known);
  }
}
