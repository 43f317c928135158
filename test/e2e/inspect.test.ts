import { homedir } from 'node:os';
import test from 'ava';
import { explainPaths } from '../../src/inspect/explain-paths.js';
import { formatExplanation } from '../../src/inspect/format-explanation.js';
import { jsonExplanation } from '../../src/inspect/json-explanation.js';
import { listServices } from '../../src/inspect/list-services.js';
import { serviceRows } from '../../src/inspect/service-rows.js';
import { makeLiveProject } from '../helpers/live-project.js';

const files = {
  'compose.yaml': [
    'services:',
    '  web:',
    '    build: .',
    '    init: true',
    '    stop_grace_period: 1s',
    '  db:',
    '    image: busybox:1.37',
    '    command: ["true"]',
  ].join('\n'),
  Dockerfile: [
    'FROM busybox:1.37 AS tools',
    'COPY tool.txt /tool',
    'FROM busybox:1.37',
    'COPY --from=tools /tool /tool',
    'COPY site.conf /etc',
    'CMD ["sleep", "infinity"]',
    '',
  ].join('\n'),
  'tool.txt': 'one\n',
  'site.conf': 'one\n',
};

const signal = new AbortController().signal;
const surroundings = { env: process.env, homedir: homedir(), signal };

test('a dry run, ps and explain say the same of a project, with and without a session', async (t) => {
  t.timeout(300_000);
  const project = await makeLiveProject(files, 'lpi');
  const options = { cwd: project.folder, projectName: project.name, files: [], profiles: [], envFiles: [] };
  const rows = async () => serviceRows((await listServices({ ...options, services: [] }, surroundings)).services);
  const look = (...paths: string[]) => explainPaths({ ...options, paths, live: [] }, surroundings);
  const explain = async (...paths: string[]) => formatExplanation(await look(...paths));
  try {
    t.deepEqual(
      (await rows()).map((row) => row.at(-1)),
      ['STATE', 'not created', 'not created'],
    );

    project.start({ dryRun: true, keep: true });
    await project.ready();
    const push = project.nextPush('web');
    await project.write('site.conf', 'two\n');
    t.is((await push).outcome, 'nothing');
    const plans = project.events.flatMap((event) => (event.type === 'plan' ? [event.lines] : []));
    t.deepEqual(plans, [
      [
        'stage 1 from line 5: COPY site.conf /etc (changed: site.conf)',
        '  write /etc/site.conf <- site.conf (line 5)',
        'restart (line 5: COPY site.conf /etc)',
      ],
    ]);
    for (const db of await project.containers('db')) await db.waitExit();
    t.deepEqual(await rows(), [
      ['SERVICE', 'CONTEXT', 'DOCKERFILE', 'TARGET', 'LIVE COMMAND', 'CONTAINERS', 'STAGES', 'STATE'],
      ['db', '-', '-', '-', '-', `${project.name}-db-1`, '-', 'exited'],
      ['web', '.', 'Dockerfile', '-', '-', `${project.name}-web-1`, 'tools', 'live'],
    ]);

    await project.stop();
    t.is((await rows()).at(-1)?.at(-1), 'running');
    // only the container shows that the destination is a directory
    t.deepEqual(await explain(`${project.folder}/site.conf`), [
      'web (Dockerfile)',
      `  ${project.folder}/site.conf: stale from Dockerfile:5: COPY site.conf /etc`,
      '  Then a push does this:',
      '    stage 1 from line 5: COPY site.conf /etc (changed: site.conf)',
      '      write /etc/site.conf <- site.conf (line 5)',
      '    restart for line 5: there is no live command',
    ]);
    const { services, ...others } = JSON.parse(
      jsonExplanation(await look(`${project.folder}/site.conf`, `${project.folder}/compose.yaml`)),
    );
    t.deepEqual(others, { projectFiles: [`${project.folder}/compose.yaml`], elsewhere: [], assumptions: [] });
    t.deepEqual(services[0].push.stages[0].operations, [
      {
        ...{ kind: 'files', remove: [], removeIfEmpty: [], verify: [], own: [] },
        write: [{ destination: '/etc/site.conf', content: 'file', source: 'site.conf', line: 5 }],
      },
    ]);
  } finally {
    await project.remove();
  }
});
