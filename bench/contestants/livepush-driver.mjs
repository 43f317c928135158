// Runs the published `livepush` on one container: node livepush-driver.mjs CONTAINER DOCKERFILE_TEXT, in the build context.
import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { Livepush, setupFsWatcher } from 'livepush';

const [containerId = '', dockerfileContent = ''] = process.argv.slice(2);
const livepush = await Livepush.init({
  dockerfileContent,
  context: process.cwd(),
  containerId,
  stageImages: [],
  docker: new Docker(),
});
for (const event of ['commandExecute', 'commandReturn', 'containerRestart', 'cancel']) {
  livepush.on(event, (told) => process.stdout.write(`${event} ${JSON.stringify(told ?? null)}\n`));
}
// its watcher goes down with a push that fails: it is to take its further turns
process.on('unhandledRejection', (reason) => process.stderr.write(`${String(reason)}\n`));
process.on('SIGINT', () => process.exit(0));
setupFsWatcher(livepush, '.');
// it does not tell when its watches are placed
await delay(1000);
process.stdout.write('ready\n');
