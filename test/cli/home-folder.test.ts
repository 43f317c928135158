import test from 'ava';
import { homeFolder } from '../../src/cli/home-folder.js';

test('HOME counts unless it is empty or relative; then what the system says, and the root where that says nothing', (t) => {
  const home = (HOME: string | undefined, system: string | undefined = '/home/of-system') =>
    homeFolder({ HOME }, () => system);
  t.is(home('/home/me'), '/home/me');
  t.is(home('/not/there'), '/not/there');
  for (const each of ['', 'relative', undefined]) t.is(home(each), '/home/of-system');
  t.is(home(undefined, ''), '/');
  t.is(
    homeFolder({}, () => undefined),
    '/',
  );
});
