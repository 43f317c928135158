import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { text } from 'node:stream/consumers';
import { connectEngine } from '../../src/docker/connect-engine.js';
import type { Container, CreateOptions, Engine, ExecOptions } from '../../src/docker/engine.js';

/** The label of all containers that the tests make; its value is the name. */
export const testLabel = 'docker-livepush.test';

/** The engine that the docker CLI would use. */
export const realEngine = (): Engine => connectEngine({ env: process.env, homedir: homedir() });

/** Makes a container of busybox that sleeps (or runs `command`), not started, hands it over, and removes it. */
export async function withContainer(
  engine: Engine,
  options: Partial<CreateOptions>,
  run: (container: Container, name: string) => Promise<void>,
): Promise<void> {
  const name = `livepush-test-${randomBytes(4).toString('hex')}`;
  const plain = { image: 'busybox:1.37', entrypoint: [], command: ['sleep', '600'], user: '', init: true };
  const id = await engine.createContainer({
    name,
    ...plain,
    ...options,
    labels: { [testLabel]: name, ...options.labels },
  });
  const container = engine.container(id);
  try {
    await run(container, name);
  } finally {
    await container.remove();
  }
}

/** The same with the container started. */
export const withRunning = (
  engine: Engine,
  options: Partial<CreateOptions>,
  run: (container: Container, name: string) => Promise<void>,
): Promise<void> =>
  withContainer(engine, options, async (container, name) => {
    await container.start();
    await run(container, name);
  });

/** Output and exit code of a command in a container. */
export async function runIn(
  container: Container,
  argv: readonly string[],
  options: Omit<ExecOptions, 'argv'> = {},
): Promise<{ stdout: string; stderr: string; code: number }> {
  const { stdout, stderr, exit } = await container.exec({ ...options, argv });
  const [out, err, code] = await Promise.all([text(stdout), text(stderr), exit]);
  return { stdout: out, stderr: err, code };
}
