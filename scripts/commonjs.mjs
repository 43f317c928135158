#!/usr/bin/env node
// Writes dist-cjs/, what `require` gets. The code is the same (Node can require ES modules); the type declarations are
// copied, because a compiler takes those next to ES modules for ES modules.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const dist = path.resolve(import.meta.dirname, '..', 'dist');
const target = path.resolve(dist, '..', 'dist-cjs');

/**
 * The declaration files that one names, itself included.
 * @param {string} start path in dist
 */
async function declarationsOf(start) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    const text = await readFile(path.join(dist, file), 'utf8');
    found.set(file, text.replace(/^\/\/# sourceMappingURL=.*\n?/m, ''));
    for (const [, name] of text.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)\.js['"]/g)) {
      open.push(path.join(path.dirname(file), `${name}.d.ts`));
    }
  }
  return found;
}

await rm(target, { recursive: true, force: true });
for (const [file, text] of await declarationsOf('index.d.ts')) {
  const copy = path.join(target, file);
  await mkdir(path.dirname(copy), { recursive: true });
  await writeFile(copy, text);
}
await writeFile(path.join(target, 'package.json'), '{"type":"commonjs"}\n');
// one by one: what reads the text of a module to tell what it exports would not find them otherwise
const names = Object.keys(await import(pathToFileURL(path.join(dist, 'index.js')).href));
const lines = [
  "'use strict';",
  "Object.defineProperty(exports, '__esModule', { value: true });",
  "const library = require('../dist/index.js');",
  ...names.map((name) => `exports.${name} = library.${name};`),
];
await writeFile(path.join(target, 'index.js'), `${lines.join('\n')}\n`);
