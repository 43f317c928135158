import test from 'ava';
import { restartOption } from '../../src/compose/livepush-options.js';
import { readRestartSetting } from '../../src/compose/restart-setting.js';

test('The ways to restart are read as they are written.', (t) => {
  for (const kind of ['process', 'container', 'none'] as const) t.deepEqual(readRestartSetting(kind), { kind });
  t.deepEqual(readRestartSetting('signal:HUP'), { kind: 'signal', signal: 'HUP' });
  t.deepEqual(readRestartSetting('signal:SIGRTMIN+1'), { kind: 'signal', signal: 'SIGRTMIN+1' });
});

test('What is no way to restart is not taken for one.', (t) => {
  for (const text of ['', 'Process', 'signal', 'signal:', 'signal:NOPE', 'signal:99', 'always']) {
    t.is(readRestartSetting(text), undefined, text);
  }
});

test('A service says how it is restarted in x-livepush.', (t) => {
  const option = (livepush: unknown) => restartOption({ name: 'web', livepush });
  t.deepEqual(option(undefined), { diagnostics: [] });
  t.deepEqual(option({ check: {} }), { diagnostics: [] });
  t.deepEqual(option({ restart: 'signal:USR2' }), { setting: { kind: 'signal', signal: 'USR2' }, diagnostics: [] });
  t.deepEqual(option({ restart: false }), { setting: { kind: 'none' }, diagnostics: [] });
  const { setting, diagnostics } = option({ restart: 'sometimes' });
  t.is(setting, undefined);
  t.deepEqual(
    diagnostics.map(({ code, severity, message }) => [code, severity, message]),
    [['restart-setting', 'error', 'services.web.x-livepush.restart is no way to restart a service: "sometimes".']],
  );
});
