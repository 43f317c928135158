import test from 'ava';
import { type CopyMap, copyMap, type Destination, type Placement, type Unpacked } from '../../src/plan/copy-map.js';
import { contextSources } from '../../src/plan/find-stale.js';
import { copyOf } from './read-steps.js';
import { readTree } from './read-tree.js';

const tree = readTree(`
a.txt
b.txt
dir/a.txt
dir/sub/c.txt
more/a.txt
base.tar: archive ./ sub sub/c.txt ../../out.txt
odd.tar: archive unlisted
`);

function mapOf(line: string, destination: Partial<Destination> = {}): CopyMap {
  const step = copyOf(line);
  const plain = { path: step.destination, directory: step.intoDirectory };
  return copyMap(tree, step, contextSources(tree, step), { ...plain, ...destination });
}

const shown = (winner: Placement | Unpacked | undefined): string => {
  if (!winner) return 'nothing';
  if ('archive' in winner) return `${winner.destination} out of ${winner.archive}`;
  const { destination, content } = winner;
  return content.kind === 'context' ? `${destination} <- ${content.source}` : `${destination} ${content.kind}`;
};
const placed = (map: CopyMap, path = '/') => Array.from(map.all(path), shown);

test('a file is put in place of its destination or into it', (t) => {
  t.deepEqual(placed(mapOf('COPY a.txt /x')), ['/x <- a.txt']);
  t.deepEqual(placed(mapOf('COPY a.txt /x', { directory: true })), ['/x/a.txt <- a.txt']);
  t.deepEqual(placed(mapOf('COPY a.txt /x/')), ['/x/a.txt <- a.txt']);
  t.deepEqual(placed(mapOf('COPY a.txt /')), ['/a.txt <- a.txt']);
});

test('a directory gives its contents, and makes the destination', (t) => {
  t.deepEqual(placed(mapOf('COPY dir /x')), [
    '/x root',
    '/x/a.txt <- dir/a.txt',
    '/x/sub <- dir/sub',
    '/x/sub/c.txt <- dir/sub/c.txt',
  ]);
  t.deepEqual(placed(mapOf('COPY dir /')), [
    '/ root',
    '/a.txt <- dir/a.txt',
    '/sub <- dir/sub',
    '/sub/c.txt <- dir/sub/c.txt',
  ]);
});

test('of sources with a common name the last one wins, file or directory', (t) => {
  t.is(shown(mapOf('COPY a.txt dir /x/').at('/x/a.txt')), '/x/a.txt <- dir/a.txt');
  t.is(shown(mapOf('COPY dir a.txt /x/').at('/x/a.txt')), '/x/a.txt <- a.txt');
  t.is(shown(mapOf('COPY dir more /x/').at('/x/a.txt')), '/x/a.txt <- more/a.txt');
  t.is(shown(mapOf('COPY dir more /x/').at('/x/sub')), '/x/sub <- dir/sub');
  t.is(shown(mapOf('COPY *.txt /x').at('/x')), '/x <- b.txt');
});

test('only what lies in the question is given', (t) => {
  const map = mapOf('COPY a.txt dir /x/');
  t.deepEqual(placed(map, '/x/sub'), ['/x/sub <- dir/sub', '/x/sub/c.txt <- dir/sub/c.txt']);
  t.deepEqual(placed(map, '/x/a.txt'), ['/x/a.txt <- dir/a.txt']);
  t.deepEqual(placed(map, '/x/s'), []);
  t.deepEqual(placed(map, '/y'), []);
  t.is(shown(map.at('/x/none')), 'nothing');
  t.is(shown(map.at('/')), 'nothing');
});

test('a changed path leads to its destinations, by all kinds that it had', (t) => {
  const map = mapOf('COPY a.txt dir /x/');
  t.deepEqual(
    map.destinationsOf('dir/gone/y', () => new Set(['file'])),
    ['/x/gone/y'],
  );
  t.deepEqual(
    map.destinationsOf('a.txt', () => new Set(['file'])),
    ['/x/a.txt'],
  );
  t.deepEqual(
    map.destinationsOf('a.txt', () => new Set(['file', 'directory'])),
    ['/x/a.txt', '/x'],
  );
  t.deepEqual(
    map.destinationsOf('dir', () => new Set(['directory'])),
    ['/x'],
  );
  t.deepEqual(
    map.destinationsOf('b.txt', () => new Set(['file'])),
    [],
  );
  t.deepEqual(
    mapOf('COPY . /x').destinationsOf('a.txt', () => new Set(['file'])),
    ['/x/a.txt'],
  );
  t.deepEqual(
    mapOf('COPY dir /').destinationsOf('dir/a.txt', () => new Set(['file'])),
    ['/a.txt'],
  );
});

test('a heredoc is a file under its name', (t) => {
  const map = mapOf('COPY <<one <<two /x/\n1\none\n2\ntwo');
  t.deepEqual(placed(map), ['/x/one inline', '/x/two inline']);
  t.deepEqual(placed(mapOf('COPY <<EOF /x\nEOF')), ['/x inline']);
});

test('ADD unpacks archives that it names, COPY and directories do not', (t) => {
  t.deepEqual(placed(mapOf('ADD base.tar /x')), [
    '/x/sub out of base.tar',
    '/x/sub/c.txt out of base.tar',
    '/x/out.txt out of base.tar',
  ]);
  t.deepEqual(mapOf('ADD odd.tar /x').archives, [{ source: 'odd.tar', members: [] }]);
  t.deepEqual(placed(mapOf('ADD odd.tar /x')), []);
  t.deepEqual(placed(mapOf('COPY base.tar /x')), ['/x <- base.tar']);
  t.is(shown(mapOf('ADD base.tar dir /x/').at('/x/sub/c.txt')), '/x/sub/c.txt <- dir/sub/c.txt');
  t.is(shown(mapOf('ADD dir base.tar /x/').at('/x/sub/c.txt')), '/x/sub/c.txt out of base.tar');
  t.deepEqual(Array.from(mapOf('ADD a.txt base.tar /x/').within('/'), shown), ['/x/a.txt <- a.txt']);
});

test('a step names its sources, not what is in them', (t) => {
  const map = mapOf('COPY dir *.txt /x/');
  t.deepEqual(['dir', 'dir/a.txt', 'a.txt', 'new.txt', 'other'].filter(map.names), ['dir', 'a.txt', 'new.txt']);
});
