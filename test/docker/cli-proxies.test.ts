import test from 'ava';
import { cliProxies } from '../../src/docker/cli-proxies.js';

const read = (config: object) => (path: string) =>
  path === '/home/u/.docker/config.json' ? Buffer.from(JSON.stringify(config)) : undefined;
const at = { configFolder: '/home/u/.docker', address: 'unix:///var/run/docker.sock' };

test('the proxies of the configuration become build arguments in both spellings', (t) => {
  const config = {
    proxies: { default: { httpProxy: 'http://p:1', noProxy: 'localhost', other: 'x', httpsProxy: '' } },
  };
  t.deepEqual(cliProxies(at, read(config)), {
    HTTP_PROXY: 'http://p:1',
    http_proxy: 'http://p:1',
    NO_PROXY: 'localhost',
    no_proxy: 'localhost',
  });
});

test("an engine's own proxies win over the default ones", (t) => {
  const config = { proxies: { default: { httpProxy: 'a' }, [at.address]: { allProxy: 'b' } } };
  t.deepEqual(cliProxies(at, read(config)), { ALL_PROXY: 'b', all_proxy: 'b' });
});

test('without a configuration there are none, and one that is no JSON is named', (t) => {
  t.deepEqual(
    cliProxies(at, () => undefined),
    {},
  );
  t.deepEqual(cliProxies(at, read({ auths: {} })), {});
  t.throws(() => cliProxies(at, () => Buffer.from('{')), { message: /config\.json is not valid JSON/ });
});
