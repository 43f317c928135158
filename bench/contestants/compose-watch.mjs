import { Child } from '../stand/child.mjs';
import { openProject } from '../stand/project.mjs';

/** `docker compose watch`. @type {import('./contestant.mjs').Entry} */
export const composeWatch = {
  name: 'compose watch',
  settings:
    '`watch --no-up` on a started project, one rule per service for the folder that is edited: `sync`, `sync+restart`, ' +
    '`rebuild`; its quiet period of 500 ms cannot be set',
  async start(services) {
    const project = await openProject(services);
    await project.compose('up', '--build', '--detach', '--quiet-pull');
    const args = ['compose', '--project-name', project.name, 'watch', '--no-up'];
    const child = new Child('docker', args, { cwd: project.folder });
    const stop = async () => {
      await child.stop();
      await project.close();
    };
    const waiting = new Set(Object.keys(services));
    // it names the folders that it watches, service by service
    await child.line((line) => {
      for (const service of waiting) if (/watch/i.test(line) && line.includes(service)) waiting.delete(service);
      return waiting.size === 0 || /watch enabled/i.test(line);
    });
    return { name: this.name, project, pid: child.pid, stop };
  },
};
