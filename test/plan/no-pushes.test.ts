import test from 'ava';
import { noPushes } from '../../src/plan/no-pushes.js';
import { stagesOf } from './read-steps.js';

const bind = (destination: string) => ({ destination, bind: true });
const volume = (destination: string) => ({ destination, bind: false });

test('a service that no step feeds gets no pushes', (t) => {
  const unread = { kind: 'unread' } as const;
  t.deepEqual(noPushes(stagesOf('FROM a', 'RUN b'), []), unread);
  t.deepEqual(noPushes(stagesOf('FROM a AS x', 'COPY c /', 'FROM a', 'RUN b'), []), unread);
  t.is(noPushes(stagesOf('FROM a', 'COPY c /'), []), undefined);
  t.is(noPushes(stagesOf('FROM a', 'RUN --mount=type=bind,target=/c b'), []), undefined);
  t.is(noPushes(stagesOf('FROM a AS x', 'COPY c /', 'FROM a', 'COPY --from=x /c /'), []), undefined);
  t.is(
    noPushes(
      stagesOf('FROM a AS x', 'COPY c /', 'FROM a AS y', 'COPY --from=x /c /', 'FROM a', 'COPY --from=y /c /'),
      [],
    ),
    undefined,
  );
  t.is(noPushes(stagesOf('FROM a', 'ADD https://example.org/c /'), []), undefined);
});

test('nor does one whose mounts hide all that is copied', (t) => {
  const hidden = stagesOf('FROM a', 'WORKDIR /app', 'COPY . .', 'COPY b /conf/b');
  t.deepEqual(noPushes(hidden, [bind('/app'), bind('/conf')]), { kind: 'hidden', mounts: ['/app', '/conf'] });
  t.is(noPushes(hidden, [bind('/app')]), undefined);
  t.is(noPushes(hidden, [volume('/app'), bind('/conf')]), undefined);
  t.is(noPushes(hidden, [bind('/app/src'), bind('/conf')]), undefined);
  t.is(noPushes(hidden, [bind('/app'), volume('/app'), bind('/conf')])?.kind, 'hidden');
});

test('a command behind what is copied may make something elsewhere', (t) => {
  t.is(noPushes(stagesOf('FROM a', 'COPY . /app', 'RUN b'), [bind('/app')]), undefined);
  t.deepEqual(noPushes(stagesOf('FROM a', 'RUN b', 'COPY . /app'), [bind('/app')]), {
    kind: 'hidden',
    mounts: ['/app'],
  });
});
