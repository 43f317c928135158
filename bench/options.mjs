import { parseArgs } from 'node:util';
import { SetupError } from '../scripts/setup/say.mjs';

const help = (/** @type {readonly string[]} */ names) => `npm run bench -- [OPTIONS]

Measures docker-livepush, docker compose watch and the published livepush in turns, on the same engine and images.

  --rounds N     rounds of each scenario (default 15)
  --only NAME    this scenario only; may be given more than once:
                 ${names.join(', ')}
  --size N/M     for \`scale\`: N files in M folders; may be given more than once
  --json FILE    write all samples to a file
  --report       put the table into bench/RESULTS.md
`;

/** The options of the command line; undefined when only help was asked for. @param {readonly string[]} names scenarios there are */
export function parseOptions(names) {
  const { values } = parse();
  if (values.help) {
    process.stdout.write(help(names));
    return undefined;
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new SetupError(`--rounds needs a number from 1 on, not ${values.rounds}.`);
  const only = values.only ?? [];
  const wrong = only.find((name) => !names.includes(name));
  if (wrong !== undefined) throw new SetupError(`There is no scenario ${wrong}. There are: ${names.join(', ')}.`);
  const sizes = values.size?.map(sizeOf);
  return { rounds, only, report: values.report === true, json: values.json, ...(sizes && { sizes }) };
}

/** @param {string} text */
function sizeOf(text) {
  const [, files, folders] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (files === undefined) throw new SetupError(`--size needs files and folders, as 10000/1000, not ${text}.`);
  return { files: Number(files), folders: Number(folders) };
}

function parse() {
  try {
    return parseArgs({
      options: {
        rounds: { type: 'string', default: '15' },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
        size: { type: 'string', multiple: true },
        report: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new SetupError(`${/** @type {Error} */ (error).message}\nnpm run bench -- --help lists the options.`);
  }
}
