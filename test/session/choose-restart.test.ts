import test from 'ava';
import type { RestartSetting } from '../../src/compose/restart-setting.js';
import { chooseRestart, type RestartFacts } from '../../src/session/choose-restart.js';

const process: RestartSetting = { kind: 'process' };
const service: RestartFacts['service'] = {
  restart: undefined,
  pidMode: undefined,
  tty: false,
  environment: [],
  stopSignal: undefined,
};
const image: RestartFacts['image'] = { env: ['PATH=/bin'], stopSignal: '', hasShell: true };
const plain: RestartFacts = { service, image, argv: ['node', 'main.js'], waitedForBy: undefined };

/** Why the container is restarted, or undefined where it is the process. */
function insteadOf(facts: Partial<RestartFacts>): string | undefined {
  const choice = chooseRestart(process, { ...plain, ...facts });
  return 'instead' in choice ? choice.instead : undefined;
}

test('The process is restarted, with the stop signal of the service, the image or the engine.', (t) => {
  t.deepEqual(chooseRestart(process, plain), { kind: 'process', stopSignal: 15 });
  const ofImage = { ...plain, image: { ...image, stopSignal: 'SIGQUIT' } };
  t.deepEqual(chooseRestart(process, ofImage), { kind: 'process', stopSignal: 3 });
  const ofService = { ...ofImage, service: { ...service, stopSignal: 'SIGRTMIN+3' } };
  t.deepEqual(chooseRestart(process, ofService), { kind: 'process', stopSignal: 37 });
});

test('Another way that is set is kept, whatever the service is like.', (t) => {
  const without = { ...plain, image: { ...image, hasShell: false } };
  const settings: RestartSetting[] = [{ kind: 'container' }, { kind: 'none' }, { kind: 'signal', signal: 'HUP' }];
  for (const setting of settings) t.deepEqual(chooseRestart(setting, without), setting);
});

test('Where only the container can be restarted, it says why.', (t) => {
  const of = (part: Partial<RestartFacts['service']>) => insteadOf({ service: { ...service, ...part } });
  t.is(insteadOf({ image: { ...image, hasShell: false } }), 'its image has no shell (/bin/sh)');
  t.is(of({ restart: 'on-failure:3' }), 'its containers have a restart policy (on-failure:3)');
  t.is(insteadOf({ waitedForBy: 'web' }), 'service web waits for it to complete');
  t.is(of({ pidMode: 'host' }), 'it shares the processes of another place (pid: host)');
  t.is(of({ tty: true }), 'it has a terminal (tty: true)');
  t.is(insteadOf({ argv: ['/init'] }), '/init has to be process 1');
  t.is(of({ stopSignal: 'SIGWHAT' }), 'its stop signal is not one that is known');
  t.is(of({ environment: ['spring.profile'] }), 'a shell does not pass on its variable spring.profile');
  t.is(insteadOf({ image: { ...image, env: ['IFS=:'] } }), 'a shell does not pass on its variable IFS');
});

test('What looks like one of these reasons is none.', (t) => {
  const of = (part: Partial<RestartFacts['service']>) => insteadOf({ service: { ...service, ...part } });
  t.is(of({ restart: 'no' }), undefined);
  t.is(of({ restart: 'none' }), undefined);
  t.is(of({ environment: ['_A1', 'no_proxy'] }), undefined);
  t.is(insteadOf({ argv: ['/usr/bin/dumb-init', 'node'] }), undefined);
  t.is(insteadOf({ image: { ...image, env: ['ODD=a=b c\n$', 'EMPTY='] } }), undefined);
});

test('A program that has to be process 1 is found behind an entrypoint, and in a script that ends as it.', (t) => {
  t.is(insteadOf({ argv: ['/entrypoint', '/init'] }), '/init has to be process 1');
  t.is(insteadOf({ argv: ['/entrypoint', '/usr/bin/s6-svscan', '/etc/s6'] }), '/usr/bin/s6-svscan has to be process 1');
  const scripts = ['#!/bin/sh\nset -e\nexec /sbin/init "$@"\n'];
  t.is(
    insteadOf({ argv: ['/entrypoint', 'web'], image: { ...image, main: { programs: [], scripts } } }),
    '/sbin/init has to be process 1',
  );
  t.is(insteadOf({ argv: ['npm', 'init'] }), undefined, 'a word that is no path is an argument');
  const plainScript = ['#!/bin/sh\n# exec init\nexec "$@"\n'];
  t.is(
    insteadOf({ argv: ['/entrypoint', 'node'], image: { ...image, main: { programs: [], scripts: plainScript } } }),
    undefined,
  );
});

test('So is one behind a link, a script that asks for its number, and what a process said in an earlier try.', (t) => {
  const main = (programs: string[], ...scripts: string[]) => ({ image: { ...image, main: { programs, scripts } } });
  t.is(
    insteadOf({ argv: ['/go'], ...main(['/go', '/lib/systemd/systemd']) }),
    '/lib/systemd/systemd has to be process 1',
  );
  t.is(insteadOf({ argv: ['tini', '--', 'node'] }), 'tini has to be process 1');
  const asks = main(['/go'], '#!/bin/sh\nif [ "$$" -ne 1 ]; then exit 100; fi\n');
  t.is(insteadOf({ argv: ['/go'], ...asks }), 'a script of it looks whether it is process 1');
  const refused = 'it said "must be run as PID 1"';
  t.is(insteadOf({ refused }), refused);
});
