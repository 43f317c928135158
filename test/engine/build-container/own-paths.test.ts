import test from 'ava';
import { isOfImage } from '../../../src/engine/build-container/own-paths.js';

test('what the engine and this program put into a container is not of its image', (t) => {
  const others = ['/etc/hosts', '/proc', '/run/docker-livepush/store/x', '/.pivot_root4041037216', '/.pivot_root1/x'];
  t.deepEqual(others.filter(isOfImage), []);
  const own = ['/etc/hosts.allow', '/run/docker-livepush-too', '/.pivot_root', '/app/.pivot_root1', '/etc'];
  t.deepEqual(own.filter(isOfImage), own);
});
