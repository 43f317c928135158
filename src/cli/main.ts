#!/usr/bin/env node
import { readPackageInfo } from './package-info.js';
import { metadataSubcommand, parsePluginArgv, pluginMetadata } from './plugin.js';

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
  const { args, ...invocation } = parsePluginArgv(argv);
  return runCli(
    args,
    createContext(process, invocation, () => process.exit(exitCodes.interrupted)),
  );
}
