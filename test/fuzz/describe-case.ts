import type { Change, FuzzCase } from './model.js';
import type { Texts } from './write-dockerfile.js';

const show = (value: string): string => JSON.stringify(value);
const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** A change as one line of text. */
export function describeChange(change: Change): string {
  const path = show(change.path);
  switch (change.do) {
    case 'write':
    case 'replace':
      return `${change.do} ${path} ${octal(change.mode)} ${show(change.text)}`;
    case 'archive':
      return `archive ${path} of ${change.members.map(show).join(', ')} with ${show(change.text)}`;
    case 'mkdir':
    case 'chmod':
      return `${change.do} ${path} ${octal(change.mode)}`;
    case 'link':
      return `link ${path} -> ${show(change.target)}`;
    case 'rename':
      return `rename ${path} to ${show(change.to)}`;
    case 'remove':
      return `remove ${path}`;
  }
}

/** All that is needed to make a case by hand. */
export function describeCase(input: FuzzCase, { dockerfile, live, target }: Texts): string {
  const { ignore, tree, bursts, replicas, argument, mounts, hardening } = input;
  const service = [
    ...(replicas > 1 ? [`replicas: ${replicas}`] : []),
    ...mounts.map(({ kind, target: at }) => `${kind}: ${at}`),
    ...(hardening === 'none' ? [] : [`hardening: ${hardening}`]),
    ...(argument === undefined ? [] : [`args: V=${argument}`]),
    ...(target === undefined ? [] : [`target: ${target}`]),
  ];
  return [
    section('Dockerfile', dockerfile.trimEnd().split('\n')),
    ...(live === dockerfile ? [] : [section('live Dockerfile', live.trimEnd().split('\n'))]),
    ...(service.length === 0 ? [] : [section('service', service)]),
    ...(ignore.length === 0 ? [] : [section('.dockerignore', ignore)]),
    section('tree', tree.map(describeChange)),
    ...bursts.map(({ changes, interrupts, spoils }, index) => {
      const half = interrupts === undefined ? '' : ` (the last half ${interrupts} ms after the push has begun)`;
      const spoilt = spoils === undefined ? '' : ` (spoilt ${spoils} ms after that, and mended)`;
      return section(`edit ${index + 1}${half}${spoilt}`, changes.map(describeChange));
    }),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): string =>
  [title, ...lines.map((l) => `    ${l}`)].join('\n');
