import test from 'ava';
import { readProject } from '../../src/compose/project.js';
import { withRunHooks } from '../../src/compose/with-run-hooks.js';

const project = readProject(`services:
  web:
    image: x
    post_start:
      - {command: [touch, a b], user: root, privileged: true, working_dir: /srv, environment: {A: "1", B: "2"}}
      - {command: [second]}
    pre_stop:
      - {command: [bye]}
  other: {image: x}
`);

const plain = { user: undefined, privileged: false, workdir: undefined, env: [] };

test('Hooks are read with all that is set for them, in their order.', (t) => {
  t.deepEqual(project.services[0]?.hooks, {
    postStart: [
      { argv: ['touch', 'a b'], user: 'root', privileged: true, workdir: '/srv', env: ['A=1', 'B=2'] },
      { ...plain, argv: ['second'] },
    ],
    preStop: [{ ...plain, argv: ['bye'] }],
  });
  t.is(project.services[1]?.hooks, undefined);
});

test('Hooks are run where compose runs them; where it does not, this is said of each service that has some.', (t) => {
  for (const version of ['2.30.0', 'v2.39.4', '5.0.1', 'dev']) {
    t.deepEqual(withRunHooks(project, version), { project, diagnostics: [] }, version);
  }
  const { project: without, diagnostics } = withRunHooks(project, '2.26.1');
  t.deepEqual(
    diagnostics.map(({ code, service }) => [code, service]),
    [['hooks-not-run', 'web']],
  );
  t.is(without.services[0]?.hooks, undefined);
});
