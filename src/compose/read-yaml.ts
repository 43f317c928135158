import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parse,
  parseDocument,
  Scalar,
  stringify,
  type YAMLMap,
} from 'yaml';
import type { Range } from '../diagnostics.js';
import { LivepushError } from '../errors.js';

/** Reads one YAML document. Tags nobody knows (`!reset`) are passed over; throws `compose-file` for text that is no YAML. */
export function readYaml(text: string): unknown {
  try {
    return parse(text, { merge: true, logLevel: 'error', maxAliasCount: -1 });
  } catch (cause) {
    throw new LivepushError('compose-file', 'This is no YAML that can be read.', { cause });
  }
}

/** Compose's `!reset null`: takes a key of an earlier file away (compose 2.24 or later). */
export function resetTag(): unknown {
  const scalar = new Scalar(null);
  scalar.tag = '!reset';
  return scalar;
}

/** YAML that old and new parsers read alike: every text value is quoted, and a key where it could be more than text. */
export function writeYaml(value: unknown): string {
  return stringify(value, {
    version: '1.1',
    defaultKeyType: 'PLAIN',
    defaultStringType: 'QUOTE_DOUBLE',
    lineWidth: 0,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
    aliasDuplicateObjects: false,
  });
}

/** Something in a YAML text, and where it stands: from its key, if it has one, to its end. */
export interface YamlPlace {
  readonly range: Range;
  readonly value: unknown;
  /** The first line of a literal text (`key: |`), and the column that its lines begin at; undefined for anything else. */
  readonly literal: { readonly line: number; readonly column: number } | undefined;
}

/** Finds what stands at a path of keys and list positions, behind anchors and merge keys too. */
export type YamlIndex = (path: readonly (string | number)[]) => YamlPlace | undefined;

/** Reads a text for its places. Never throws: where it is no YAML, nothing is found. */
export function indexYaml(text: string): YamlIndex {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, logLevel: 'silent' });
  const position = (offset: number): { line: number; column: number } => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  return (path) => {
    const found = findNode(document, path);
    if (found === undefined) return undefined;
    const start = found.start.range?.[0];
    const last = found.node.range?.[1];
    if (start === undefined || last === undefined) return undefined;
    const end = start + text.slice(start, Math.max(start, last)).trimEnd().length;
    const [first, after] = [position(start), position(end)];
    const range = { ...first, endLine: after.line, endColumn: after.column };
    return { range, value: found.node.toJS(document), literal: literalStart(text, found.node, position) };
  };
}

interface FoundNode {
  /** Where it begins: its key, or itself. */
  readonly start: Node;
  readonly node: Node;
}

function findNode(document: Document, path: readonly (string | number)[]): FoundNode | undefined {
  const root = document.contents;
  let found: FoundNode | undefined = isNode(root) ? { start: root, node: root } : undefined;
  for (const part of path) found = found && childOf(document, resolved(document, found.node), part);
  return found;
}

const resolved = (document: Document, node: Node): Node => (isAlias(node) ? (node.resolve(document) ?? node) : node);

function childOf(document: Document, node: Node, part: string | number): FoundNode | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return isNode(item) ? { start: item, node: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  for (const { key, value } of node.items) {
    if (!isScalar(key) || String(key.value) !== String(part)) continue;
    return { start: key, node: isNode(value) ? value : key };
  }
  return mergedMaps(document, node)
    .map((map) => childOf(document, map, part))
    .find((child) => child !== undefined);
}

/** The maps that `<<` takes in, the one that wins first. */
function mergedMaps(document: Document, { items }: YAMLMap): Node[] {
  return items.flatMap(({ key, value }) => {
    if (!isScalar(key) || String(key.source ?? key.value) !== '<<' || !isNode(value)) return [];
    const merged = resolved(document, value);
    return isSeq(merged) ? merged.items.filter(isNode).map((item) => resolved(document, item)) : [merged];
  });
}

function literalStart(text: string, node: Node, position: (offset: number) => { line: number; column: number }) {
  if (!isScalar(node) || node.type !== Scalar.BLOCK_LITERAL || node.range === null || node.range === undefined)
    return undefined;
  const [start, end] = node.range;
  const body = text.slice(text.indexOf('\n', start) + 1, end);
  const indent = /^[ \t]*(?=\S)/m.exec(body)?.[0].length ?? 0;
  return { line: position(start).line + 1, column: indent + 1 };
}
