import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Child } from '../stand/child.mjs';
import { openProject } from '../stand/project.mjs';

const driver = path.join(import.meta.dirname, 'livepush-driver.mjs');

/** The published package `livepush` with its own watcher. @type {import('./contestant.mjs').Entry} */
export const livepush = {
  name: 'livepush',
  settings: 'its own `setupFsWatcher` on the build context, all defaults (200 ms quiet period); a process per service',
  async start(services) {
    const project = await openProject(services);
    const { Dockerfile } = await import('livepush');
    for (const service of Object.keys(services)) {
      const file = project.context(service, 'Dockerfile');
      await writeFile(file, new Dockerfile(await readFile(file, 'utf8')).generateLiveDockerfile());
    }
    await project.compose('up', '--build', '--detach', '--quiet-pull');
    /** @type {Child[]} */
    const children = [];
    for (const [service, { files }] of Object.entries(services)) {
      const id = await project.compose('ps', '--quiet', service);
      // the Dockerfile as it was written, and the context as the folder it works in
      const args = [driver, id, files.Dockerfile ?? ''];
      const child = new Child(process.execPath, args, { cwd: project.context(service) });
      await child.line((line) => line === 'ready');
      children.push(child);
    }
    const stop = async () => {
      await Promise.all(children.map((child) => child.stop()));
      await project.close();
    };
    return { name: this.name, project, pid: children[0]?.pid ?? 0, stop };
  },
};
