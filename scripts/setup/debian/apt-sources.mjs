import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * One package source of this machine, whichever of apt's two formats it is written in.
 * @typedef {object} AptSource
 * @property {string} uri
 * @property {string[]} suites
 * @property {Record<string, string>} options further deb822 fields, such as Signed-By
 */

/**
 * The machine's source of a release's own packages (not its updates or security fixes).
 * @param {string} codename such as bookworm
 * @param {string} [folder] apt's own
 * @returns {AptSource | undefined}
 */
export function findSource(codename, folder = '/etc/apt') {
  return readSources(folder).find(({ suites }) =>
    suites.some((suite) => [codename, 'stable', 'oldstable'].includes(suite)),
  );
}

/**
 * The same source for another suite, in deb822 format.
 * @param {AptSource} source
 * @param {string} suite
 */
export function formatSource({ uri, options }, suite) {
  const fields = { Types: 'deb', URIs: uri, Suites: suite, Components: 'main', ...options };
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/** @param {string} folder */
function readSources(folder) {
  const list = path.join(folder, 'sources.list.d');
  const files = [path.join(folder, 'sources.list'), ...entries(list).map((name) => path.join(list, name))];
  return files.flatMap((file) => {
    if (file.endsWith('.sources'))
      return text(file)
        .split(/\n\s*\n/)
        .flatMap(parseStanza);
    return file.endsWith('.list') ? text(file).split('\n').flatMap(parseLine) : [];
  });
}

/**
 * @param {string} stanza
 * @returns {AptSource[]}
 */
function parseStanza(stanza) {
  /** @type {Record<string, string>} */
  const fields = {};
  const lines = stanza.replace(/^#.*\n?/gm, '').replace(/\n[ \t]/g, '\n\t');
  for (const [, name = '', value = ''] of lines.matchAll(/^([\w-]+):[ ]*(.*(?:\n\t.*)*)/gm)) {
    fields[name.toLowerCase()] = value.replace(/\n\t/g, '\n ');
  }
  const words = (/** @type {string} */ name) => (fields[name] ?? '').split(/\s+/).filter(Boolean);
  const [uri] = words('uris');
  if (!uri || !words('types').includes('deb') || fields.enabled === 'no') return [];
  return [{ uri, suites: words('suites'), options: fields['signed-by'] ? { 'Signed-By': fields['signed-by'] } : {} }];
}

/**
 * @param {string} line
 * @returns {AptSource[]}
 */
function parseLine(line) {
  const [, options = '', uri, suite] = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)/.exec(line.trim()) ?? [];
  if (!uri || !suite) return [];
  const keyring = /signed-by=(\S+)/.exec(options)?.[1];
  return [{ uri, suites: [suite], options: keyring ? { 'Signed-By': keyring } : {} }];
}

/** @param {string} folder */
function entries(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {string} file */
function text(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
