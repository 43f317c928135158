import test from 'ava';
import type { BuildSpec } from '../../src/compose/build-spec.js';
import { readProject } from '../../src/compose/project.js';
import type { RestartSetting } from '../../src/compose/restart-setting.js';
import type { LivepushEvent } from '../../src/events.js';
import type { BuiltService } from '../../src/session/build-services.js';
import { liveModel } from '../../src/session/service-model.js';
import { type ServiceRestart, superviseServices } from '../../src/session/supervise-services.js';
import { type EngineScript, RecordingEngine } from '../helpers/recording-engine.js';

const shell: EngineScript['files'] = { '/bin/sh': { kind: 'link', target: 'busybox' }, '/bin/busybox': file('ELF') };

function file(content: string) {
  return { kind: 'file', content } as const;
}

interface Asked {
  readonly services: string;
  readonly directive?: string;
  readonly files?: EngineScript['files'];
  readonly restart?: boolean;
  readonly restartBy?: RestartSetting;
  /** What was chosen for it before. */
  readonly before?: ServiceRestart;
}

/** What the first service of a project runs and how it is restarted, what is said about it, and what the engine is asked. */
async function supervise({ services, directive = '', files = shell, restart = true, restartBy, before }: Asked) {
  const project = readProject(`name: p\nservices:\n${services}`);
  const [service] = project.services;
  if (service?.build === undefined) throw new Error('The first service is not built.');
  const spec: BuildSpec = service.build;
  const dockerfileText = `FROM busybox\nCMD plain\n${directive}`;
  const texts = { dockerfilePath: 'Dockerfile', dockerfileText, ignorePath: undefined, ignoreText: undefined };
  const model = liveModel(
    { service, spec, ...texts, ignoreIsOwn: false, additionalFolders: [] },
    { platform: 'linux/amd64' },
  );
  const helpers = { stages: new Map<number, string>(), lower: new Map<string, string>(), labels: {} };
  const built: BuiltService = { model, stages: [], images: helpers, imageId: undefined, compared: false };
  const image = { entrypoint: ['/entry'], command: ['run'] };
  const images = { 'p-web': image, 'docker-livepush/p/web:live': { ...image, command: ['live'] } };
  const engine = new RecordingEngine({ images, ...(files && { files }) });
  const events: LivepushEvent[] = [];
  const sink = (event: LivepushEvent): undefined => void events.push(event);
  const earlier = new Map(before ? [['web', before] as const] : []);
  const found = await superviseServices({ engine, project, sink, options: { restart, restartBy } }, [built], earlier);
  const { restartBy: by, command } = found.get('web') ?? {};
  return {
    chosen: found.get('web'),
    by,
    runs: command?.command,
    said: events.map((event) => 'message' in event && event.message),
    engine,
  };
}

const plain = '  web: {build: /w}\n';

test('A service is put under a supervisor, with what its image runs; the look at the image leaves nothing.', async (t) => {
  const { by, runs, said, engine } = await supervise({ services: plain });
  t.deepEqual(by, { kind: 'process' });
  t.deepEqual(runs, ['/entry', 'run']);
  t.deepEqual(said, []);
  t.is(engine.calls.at(-1), engine.calls.filter((call) => / (remove|start)$/.test(call)).join());
});

test('A live command is that of the live image.', async (t) => {
  const services = '  web: {build: /w, command: [own]}\n';
  t.deepEqual((await supervise({ services, directive: '#dev-cmd-live=live\n' })).runs, ['/entry', 'live']);
  t.deepEqual((await supervise({ services })).runs, ['/entry', 'own']);
});

test('Where only the container can be restarted, this is said, and the service runs what it runs anyway.', async (t) => {
  const start = 'Pushes restart the container of service web, not just its main process:';
  const without = await supervise({ services: plain, files: {} });
  t.deepEqual([without.by?.kind, without.runs], ['container', undefined]);
  t.deepEqual(without.said, [`${start} its image has no shell (/bin/sh).`]);
  const waiting = '  after: {image: x, depends_on: {web: {condition: service_completed_successfully}}}\n';
  const job = await supervise({ services: `${plain}${waiting}` });
  t.deepEqual(job.said, [`${start} service after waits for it to complete.`]);
});

test('Why only the container can be restarted is said again only when it is for another reason.', async (t) => {
  const { chosen } = await supervise({ services: plain, files: {} });
  if (!chosen) return t.fail();
  t.deepEqual((await supervise({ services: plain, files: {}, before: chosen })).said, []);
  const other = await supervise({ services: '  web: {build: /w, tty: true}\n', before: chosen });
  t.is(other.said.length, 1);
});

test('The command line wins over the compose file, and no restart over both; no image is looked at for them.', async (t) => {
  const services = '  web: {build: /w, x-livepush: {restart: "signal:HUP"}}\n';
  t.deepEqual((await supervise({ services })).by, { kind: 'signal', signal: 'HUP' });
  t.deepEqual((await supervise({ services, restartBy: { kind: 'process' } })).by, { kind: 'process' });
  const none = await supervise({ services, restart: false, restartBy: { kind: 'process' } });
  t.deepEqual([none.by, none.runs, none.engine.calls], [{ kind: 'none' }, undefined, []]);
});
