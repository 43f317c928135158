import { posix } from 'node:path';
import type { Container } from '../docker/engine.js';
import { readText } from '../docker/read-text.js';
import { readScript } from './read-script.js';

/** What process 1 of a container is, or becomes: a script becomes what it executes at its end. */
export interface MainPrograms {
  /** Paths in the container, where links lead with them. */
  readonly programs: readonly string[];
  /** Texts of the scripts among them. */
  readonly scripts: readonly string[];
}

interface Start {
  /** The main process's command line. */
  readonly argv: readonly string[];
  /** Folders in which programs are looked for. */
  readonly path: readonly string[];
  readonly workdir: string;
}

/** Scripts that execute one another, as far as they are followed. */
const MOST_SCRIPTS = 6;
/** Bytes up to which a file may be a script. */
const SCRIPT_SIZE = 64 * 1024;
/** Programs that become what stands after their own options. */
const PASSING = new Set(['env', 'exec', 'gosu', 'su-exec', 'setpriv', 'nice', 'chpst', 'with-contenv', 'entr']);

/** Follows what a command line leads to in the image of a container, which need not run. */
export async function mainPrograms(container: Container, start: Start): Promise<MainPrograms> {
  const programs: string[] = [];
  const scripts: string[] = [];
  const follow = async ([word, ...words]: readonly string[]): Promise<void> => {
    if (word === undefined || scripts.length >= MOST_SCRIPTS) return;
    const [flag, text] = words;
    if (/^(?:ba|da|a|z|k)?sh$/.test(posix.basename(word)) && flag !== undefined && /^-\w*c$/.test(flag)) {
      scripts.push(text ?? '');
      for (const each of readScript(text ?? '', { whole: true }).executed) await follow(each);
      return;
    }
    const found = await findProgram(container, word, start);
    if (found === undefined) return;
    programs.push(...found.names);
    if (PASSING.has(posix.basename(word))) return follow(words.filter((each) => !/^-|^\w+=/.test(each)));
    if (found.script === undefined) return;
    scripts.push(found.script);
    const { executed, passesOn } = readScript(found.script);
    for (const each of executed) await follow(each);
    if (passesOn) await follow(words.filter((each) => !each.startsWith('-')));
  };
  await follow(start.argv);
  return { programs, scripts };
}

interface Program {
  readonly names: readonly string[];
  /** Undefined for what is no script. */
  readonly script: string | undefined;
}

async function findProgram(container: Container, word: string, { path, workdir }: Start): Promise<Program | undefined> {
  const candidates = word.includes('/')
    ? [posix.resolve(workdir || '/', word)]
    : path.map((folder) => posix.join(folder, word));
  for (const candidate of candidates) {
    const stat = await container.stat(candidate);
    if (stat === undefined) continue;
    const target = stat.kind === 'link' ? posix.resolve(posix.dirname(candidate), stat.linkTarget) : candidate;
    const file = stat.kind === 'link' ? await container.stat(target) : stat;
    if (file?.kind !== 'file') continue;
    const text = file.size > SCRIPT_SIZE ? undefined : await readText(container, target);
    return { names: [candidate, target], script: text?.startsWith('#!') ? text : undefined };
  }
  return undefined;
}
