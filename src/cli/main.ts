#!/usr/bin/env node
import { readPackageInfo } from './package-info.js';
import { completionOf, metadataSubcommand, parsePluginArgv, pluginMetadata } from './plugin.js';

const { stdout, stderr } = process;
const argv = process.argv.slice(2);

// A reader that went away (`| head`) is no crash; a command that is to stop then listens for itself.
for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

process.exitCode = argv[0] === metadataSubcommand ? printMetadata() : await run();
await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
process.exit();

function printMetadata(): number {
  stdout.write(`${pluginMetadata(readPackageInfo())}\n`);
  return 0;
}

async function run(): Promise<number> {
  // Loaded only now, since the Docker CLI waits for the metadata of all plugins.
  const [{ createContext }, { exitCodes }, { runCli }] = await Promise.all([
    import('./context.js'),
    import('./exit-codes.js'),
    import('./run-cli.js'),
  ]);
  const completing = completionOf(argv);
  const { args, ...invocation } = parsePluginArgv(completing ? argv.slice(1) : argv);
  const context = createContext(process, invocation, () => process.exit(exitCodes.interrupted));
  if (!completing) return runCli(args, context);
  const { answerShell } = await import('./completion/answer-shell.js');
  await answerShell({ words: args, ...completing }, context);
  return exitCodes.done;
}
