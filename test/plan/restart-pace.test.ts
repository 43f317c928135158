import test from 'ava';
import { RestartPace } from '../../src/plan/restart-pace.js';

test('the first restart, and one a while after another, wait for nothing', (t) => {
  const pace = new RestartPace();
  t.is(pace.pause(0), 0);
  pace.restarted(10);
  t.is(pace.pause(1000), 0);
});

test('a restart soon after another waits for one more save, and so do all that follow before it comes', (t) => {
  const pace = new RestartPace();
  pace.restarted(0);
  t.true(pace.pause(50) > 0);
  t.true(pace.pause(900) > 0);
  pace.restarted(1000);
  t.true(pace.pause(1100) > 0);
});

test('a series that does not end gets its restart', (t) => {
  const pace = new RestartPace();
  pace.restarted(0);
  t.true(pace.pause(50) > 0);
  t.is(pace.pause(3000), 0);
  pace.restarted(3010);
  t.true(pace.pause(3060) > 0);
});
