import path from 'node:path';
import { root } from '../../scripts/setup/set-up.mjs';
import { Child } from '../stand/child.mjs';
import { openProject } from '../stand/project.mjs';

export const program = path.join(root, 'dist', 'cli', 'main.js');

/** This package. @type {import('./contestant.mjs').Entry} */
export const dockerLivepush = {
  name: 'docker-livepush',
  settings: '`up --no-logs`, all defaults',
  async start(services) {
    const project = await openProject(services);
    const args = [program, 'up', '--project-name', project.name, '--no-logs', '--progress', 'json'];
    const child = new Child(process.execPath, args, { cwd: project.folder });
    const stop = async () => {
      await child.stop();
      await project.close();
    };
    try {
      await child.line((line) => line.includes('"type":"ready"'));
    } catch (error) {
      await stop();
      throw error;
    }
    return { name: this.name, project, pid: child.pid, stop };
  },
};
