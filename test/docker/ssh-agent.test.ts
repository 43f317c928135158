import test from 'ava';
import { sshArguments } from '../../src/docker/ssh-agent.js';

const target = {
  kind: 'ssh',
  address: 'ssh://box',
  host: 'box',
  user: undefined,
  port: undefined,
  socketPath: undefined,
} as const;

test('the ssh client is asked to pass on the standard input and output of docker', (t) => {
  t.is(sshArguments(target).join(' '), '-o ConnectTimeout=30 -T -- box docker system dial-stdio');
});

test('user, port and socket are passed on', (t) => {
  const full = { ...target, user: 'me', port: 2222, socketPath: '/run/docker.sock' };
  t.is(
    sshArguments(full).join(' '),
    '-l me -p 2222 -o ConnectTimeout=30 -T -- box docker --host unix:///run/docker.sock system dial-stdio',
  );
});
