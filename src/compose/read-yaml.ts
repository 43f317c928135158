import { parse, Scalar, stringify } from 'yaml';
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
