import test from 'ava';
import { stepEnvironment } from '../../src/engine/operations/step-environment.js';
import { copyOf } from '../plan/read-steps.js';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const { state } = copyOf('COPY a /a');
const environment = (env: Record<string, string>, args: Record<string, string>, container: string[]) =>
  stepEnvironment({ ...state, env, args }, container).sort();

test('a step has its variables and arguments, and a path to programs', (t) => {
  t.deepEqual(environment({ A: '1', B: 'x=y' }, { C: '' }, []), ['A=1', 'B=x=y', 'C=', 'HOSTNAME', PATH]);
});

test('a variable wins over an argument of its name', (t) => {
  t.deepEqual(environment({ A: 'env', PATH: '/bin' }, { A: 'arg', PATH: '/arg' }, []), [
    'A=env',
    'HOSTNAME',
    'PATH=/bin',
  ]);
});

test('what only the container has is taken out, and so is its host name', (t) => {
  const container = ['A=later', 'PASSWORD=x=y', 'EMPTY=', 'PATH=/app/bin'];
  t.deepEqual(environment({ A: '1' }, {}, container), ['A=1', 'EMPTY', 'HOSTNAME', 'PASSWORD', PATH]);
});

test('a host name that the image sets stays', (t) => {
  t.deepEqual(environment({ HOSTNAME: 'build' }, {}, ['HOSTNAME=build']), ['HOSTNAME=build', PATH]);
});
