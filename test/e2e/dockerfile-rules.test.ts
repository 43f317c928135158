import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'ava';
import type { Container, Engine, ImageInfo } from '../../src/docker/engine.js';
import type { BaseConfig, RunStep } from '../../src/dockerfile/model.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';
import { readWords } from '../dockerfile/words-fixture.js';
import { realEngine, runIn, withContainer, withRunning } from '../helpers/real-container.js';

const engine = realEngine();
test.after.always(() => engine.close());

/** Builds a Dockerfile without a context, hands its image over, and removes it. */
async function withBuilt(text: string, args: readonly string[], use: (image: string) => Promise<void>): Promise<void> {
  const image = `livepush-test-rules-${randomBytes(4).toString('hex')}`;
  await new Promise<void>((resolve, reject) => {
    const child = execFile('docker', ['build', '-q', '-t', image, ...args, '-'], (error) =>
      error === null ? resolve() : reject(error),
    );
    child.stdin?.end(text);
  });
  try {
    await use(image);
  } finally {
    await engine.removeImage(image);
  }
}

async function inspect(from: Engine, image: string): Promise<ImageInfo> {
  const info = await from.inspectImage(image);
  if (info === undefined) throw new Error(`${image} is not there`);
  return info;
}

const recordOf = (env: readonly string[]): Record<string, string> =>
  Object.fromEntries(env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));

const configOf = ({ env, workdir, user, shell, onBuild }: ImageInfo): BaseConfig => ({
  env: recordOf(env),
  workdir,
  user,
  shell,
  onBuild,
});

test('words expand as the engine expands them', async (t) => {
  const words = readWords('words.txt');
  const text = ['FROM busybox:1.37', 'ENV V=foo.bar.baz W=', ...words.map(({ word }, at) => `ENV R${at} ${word}`)];
  await withBuilt(`${text.join('\n')}\n`, [], async (image) => {
    const env = recordOf((await inspect(engine, image)).env);
    for (const [at, { word, result }] of words.entries()) t.is(env[`R${at}`], result, word);
  });
});

/** Runs a step as a build would. */
async function replay(container: Container, { argv, state }: RunStep): Promise<void> {
  await runIn(container, ['mkdir', '-p', state.workdir]);
  const env = Object.entries({ ...state.args, ...state.env }).map(([name, value]) => `${name}=${value}`);
  await runIn(container, argv, { env, workdir: state.workdir, user: state.user });
}

const outputOf = async (container: Container): Promise<string> => (await runIn(container, ['cat', '/out'])).stdout;

test('resolved RUN steps leave what a build leaves', async (t) => {
  const text = readFileSync('fixtures/build-rules/Dockerfile', 'utf8');
  const buildArgs = { GIVEN: 'yes', HTTP_PROXY: 'http://proxy.invalid:1' };
  const base = configOf(await inspect(engine, 'busybox:1.37'));
  const { dockerfile, diagnostics } = parseDockerfile(text, 'Dockerfile');
  const resolved = resolveStages(dockerfile, { buildArgs, additionalContexts: [], baseConfig: () => base });
  t.deepEqual([...diagnostics, ...resolved.diagnostics], []);
  const steps = resolved.stages.at(-1)?.steps ?? [];
  const flags = Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  await withBuilt(text, flags, async (image) => {
    await withRunning(engine, {}, async (container) => {
      for (const step of steps) if (step.kind === 'run') await replay(container, step);
      await withContainer(engine, { image }, async (built) => {
        await built.start();
        t.is(await outputOf(container), await outputOf(built));
        t.is((await runIn(container, ['ls', '/dev/pipes'])).code, 1);
      });
    });
    const { env, workdir, user, shell } = await inspect(engine, image);
    const last = steps.at(-1)?.state;
    t.deepEqual({ workdir, user, shell }, { workdir: last?.workdir, user: last?.user, shell: last?.shell });
    const { C, TRIGGERED } = recordOf(env);
    t.like(last?.env, { C, TRIGGERED });
  });
});
