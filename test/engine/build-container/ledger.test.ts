import test from 'ava';
import { Ledger, type Signature, sameSignature } from '../../../src/engine/build-container/ledger.js';

const file: Signature = { kind: 'file', mode: 0o644, uid: 0, gid: 0, content: 'a', capabilities: '' };
const directory: Signature = { ...file, kind: 'directory', mode: 0o755, content: '' };
const there = (signature: Signature) => ({ kind: 'there', signature }) as const;

test('what no push has touched is as in the image', (t) => {
  t.deepEqual(new Ledger().at('/a/b'), { kind: 'as-in-image' });
});

test('below a directory that was gone once nothing is as in the image, whatever came back', (t) => {
  const ledger = new Ledger();
  ledger.note('/a', { kind: 'gone' });
  t.is(ledger.at('/a/b/c').kind, 'gone');
  ledger.note('/a', there(directory));
  t.is(ledger.at('/a').kind, 'there');
  t.is(ledger.at('/a/b').kind, 'gone');
  t.true(ledger.isEmptied('/a/b'));
  t.is(ledger.at('/ab').kind, 'as-in-image');
});

test('a directory that became a file takes what was pushed into it along', (t) => {
  const ledger = new Ledger();
  ledger.note('/a', there(directory));
  ledger.note('/a/b', there(file));
  ledger.note('/a', there(file));
  t.is(ledger.at('/a/b').kind, 'gone');
  t.deepEqual(ledger.membersOf('/a'), { there: [], gone: new Set(['/a/b']) });
});

test('the root is a member of nothing', (t) => {
  const ledger = new Ledger();
  ledger.note('/', there(directory));
  ledger.note('/a', there(file));
  t.deepEqual(ledger.membersOf('/').there, ['/a']);
});

test('what was written without the build container waits until that has shown what it has', (t) => {
  const ledger = new Ledger();
  ledger.note('/seen', there(file));
  ledger.noteUnconfirmed('/pushed', there(file));
  t.deepEqual([...ledger.unconfirmed], ['/pushed']);
  ledger.confirm();
  t.deepEqual([...ledger.unconfirmed], []);
  ledger.doubt();
  t.deepEqual([...ledger.unconfirmed].sort(), ['/pushed', '/seen']);
});

test('signatures differ by kind, mode, owner, content and capabilities, links by their targets alone', (t) => {
  t.true(sameSignature(file, { ...file }));
  const others = [{ mode: 0o755 }, { uid: 1 }, { gid: 1 }, { content: 'b' }, { capabilities: 'cap_net_raw=ep' }];
  for (const other of others) t.false(sameSignature(file, { ...file, ...other }), JSON.stringify(other));
  t.false(sameSignature({ ...file, content: undefined }, { ...file, content: undefined }), 'nobody knows');
  const link: Signature = { ...file, kind: 'link', content: 'target' };
  t.true(sameSignature(link, { ...link, mode: 0o777 }));
  t.false(sameSignature(link, { ...link, content: 'other' }));
});
