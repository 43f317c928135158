import test from 'ava';
import { nameClashes } from '../../src/compose/name-clashes.js';
import { readProject } from '../../src/compose/project.js';

const clashes = (services: string) =>
  nameClashes(readProject(`services:\n${services}`)).map(({ service, message }) => `${service}: ${message}`);

test('Services without a container name, or each with its own, do not clash.', (t) => {
  t.deepEqual(clashes('  a: {image: x}\n  b: {image: x}\n  c: {image: x, container_name: one}\n'), []);
});

test('Each service that asks for the name of an earlier one is told of, with both.', (t) => {
  const [first, second, ...none] = clashes(
    '  a: {container_name: one}\n  b: {image: x}\n  c: {container_name: one}\n  d: {container_name: one}\n',
  );
  t.is(first, 'c: Services a and c have the same container_name, one: only one could start.');
  t.regex(second ?? '', /^d: Services a and d /);
  t.deepEqual(none, []);
});
