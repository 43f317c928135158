import test from 'ava';
import { locateContainers } from '../../src/compose/locate.js';
import { RecordingEngine } from '../helpers/recording-engine.js';

const summary = (number: string, oneoff = 'False') => ({
  id: `id-${number}`,
  name: `shop-web-${number}`,
  state: 'running',
  imageId: 'image',
  labels: {
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': 'web',
    'com.docker.compose.oneoff': oneoff,
    'com.docker.compose.container-number': number,
  },
});

test("A service's containers come by number, without those of `compose run`.", async (t) => {
  const engine = new RecordingEngine({ containers: [summary('10'), summary('2'), summary('1'), summary('3', 'True')] });
  const found = await locateContainers(engine, 'shop', 'web');
  t.deepEqual(
    found.map(({ id }) => id),
    ['id-1', 'id-2', 'id-10'],
  );
});

test('Another service has none of them.', async (t) => {
  const engine = new RecordingEngine({ containers: [summary('1')] });
  t.deepEqual(await locateContainers(engine, 'shop', 'db'), []);
});
