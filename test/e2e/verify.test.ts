import { execFile } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { docker } from '../helpers/docker-command.js';
import { runIn } from '../helpers/real-container.js';
import { makeUpProject, type UpProject } from '../helpers/up-project.js';

interface Found {
  readonly code: number | null;
  readonly ok: boolean;
  /** Paths that differ. */
  readonly differing: readonly string[];
  readonly leftOut: ReadonlyMap<string, string>;
}

/** Runs `verify` beside the session. */
function verify({ folder: cwd, env }: UpProject): Promise<Found> {
  const program = `${process.cwd()}/dist-test/src/cli/main.js`;
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env } };
    const child = execFile(process.execPath, [program, 'verify', '--format', 'json'], options, (_, stdout, stderr) => {
      try {
        const { ok, services } = JSON.parse(stdout);
        const [{ differences, leftOut }] = services[0].containers;
        resolve({
          ...{ code: child.exitCode, ok },
          differing: differences.map(({ path }: { path: string }) => path),
          leftOut: new Map(leftOut.map(({ path, why }: { path: string; why: string }) => [path, why])),
        });
      } catch {
        reject(new Error(stdout + stderr));
      }
    });
  });
}

async function started(t: ExecutionContext, steps: readonly string[]): Promise<UpProject> {
  t.timeout(300_000);
  const project = await makeUpProject({
    'compose.yaml': 'services: {verified: {build: ., init: true, stop_grace_period: 1s}}\n',
    '.dockerignore': 'compose.yaml\nDockerfile\n.dockerignore\n',
    Dockerfile: ['FROM busybox:1.37', ...steps, 'CMD ["sleep", "1000"]', ''].join('\n'),
    src: '1\n',
  });
  t.teardown(() => project.remove());
  const up = project.up();
  await up.ready();
  const since = up.mark();
  project.write('src', '2\n');
  t.is((await up.push('verified', since)).outcome, 'done');
  await up.settled('verified');
  return project;
}

/** Images of the service, of whatever project. */
const images = async (): Promise<string[]> => {
  const label = 'label=com.docker.compose.service=verified';
  return (await docker('image', 'ls', '--all', '--quiet', '--filter', label)).stdout.split('\n');
};

test.serial('what no two builds have alike is no difference, and what the service writes is none either', async (t) => {
  const random = 'head -c 9 /dev/urandom | md5sum';
  const project = await started(
    t,
    [
      'COPY src /src',
      `RUN cp /src /made && ${random} >/stamp && mkdir /runs && touch "/runs/$(${random} | cut -c 1-9)"`,
    ].map((step) => step.replace('mkdir /runs', 'mkdir -p /runs')),
  );
  await runIn(await project.container('verified'), ['sh', '-c', 'echo x >/written']);
  const before = new Set(await images());
  const { code, ok, differing, leftOut } = await verify(project);
  t.deepEqual([code, ok, differing], [0, true, []]);
  t.is(leftOut.get('/stamp'), 'each build makes it otherwise');
  t.is(leftOut.get('/written'), 'written by the running service');
  t.deepEqual(
    (await images()).filter((image) => !before.has(image)),
    [],
  );
});

test.serial('a file that the container has otherwise than a clean build is a difference', async (t) => {
  const project = await started(t, ['COPY src /src', 'RUN cp /src /made']);
  await runIn(await project.container('verified'), ['sh', '-c', 'echo 1 >/src; rm /made']);
  const { code, ok, differing } = await verify(project);
  t.deepEqual([code, ok, differing], [1, false, ['/made', '/src']]);
});
