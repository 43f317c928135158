import type { Instruction } from '../../dockerfile/model.js';
import { type Finding, rule } from '../rule.js';
import type { BuildFiles } from '../subject.js';
import { placeOfLines } from '../tokens.js';

/** Programs that are made to start the command behind them. */
const WRAPPERS = ['tini', 'tini-static', 'dumb-init', 'catatonit', 'env', 'gosu', 'su-exec', 'setpriv', 'entr'];

const isWrapper = (words: readonly string[]): boolean =>
  words.some((word) => WRAPPERS.includes(word.slice(word.lastIndexOf('/') + 1)));

/** The ENTRYPOINT that is in force in the last of the kept stages: its own last one, else that of the stage it is built from. */
function entrypointOf({ stages, instructions }: BuildFiles): Instruction | undefined {
  const written = stages.at(-1)?.steps.map(({ line }) => instructions.get(line)) ?? [];
  return written.findLast((instruction) => instruction?.keyword === 'ENTRYPOINT');
}

/** ENTRYPOINT instructions in front of a live command. */
export const liveCommandWithEntrypoint = rule(
  {
    id: 'live-command-with-entrypoint',
    severity: 'error',
    summary: 'An ENTRYPOINT gets the live command as its arguments, or does not start it at all.',
  },
  (files, { service }): Finding[] => {
    const { liveCommand } = files.live;
    const entrypoint = entrypointOf(files);
    if (liveCommand === undefined || entrypoint === undefined || service.entrypoint !== undefined) return [];
    const place = placeOfLines(files, entrypoint);
    if (entrypoint.json === undefined) {
      const message = `An ENTRYPOINT in shell form takes no arguments: the live command in line ${liveCommand.line} never runs.`;
      return [{ message, hint: 'Write it in JSON form, as a program that starts its arguments.', place }];
    }
    if (entrypoint.json.length === 0 || isWrapper(entrypoint.json)) return [];
    const message = `The live command in line ${liveCommand.line} is run as arguments of this ENTRYPOINT.`;
    const hint = 'That is right if it ends with exec "$@" or the like; if not, make it the first words of CMD.';
    return [{ severity: 'warning', message, hint, place }];
  },
);
