import { createHash } from 'node:crypto';
import { modeAfter } from '../../dockerfile/mode-change.js';
import { readDigest } from '../../plan/context-tree.js';
import type { Placement } from '../../plan/copy-map.js';
import type { FilesOperation } from '../../plan/plan.js';
import type { Signature } from '../build-container/ledger.js';
import type { OperationContext } from './context.js';
import { type Owner, ROOT } from './owner.js';
import { INLINE_FILE } from './placement-entry.js';

const UNKNOWN = { kind: 'unknown' } as const;

/** Takes note that paths of the service's containers are not as their build container has them. */
export function noteUnknown({ ledger, target }: OperationContext, paths: Iterable<string>): void {
  if (!ledger || !target.final) return;
  for (const path of paths) ledger.noteUnconfirmed(path, UNKNOWN);
}

/** The same of files that were written or removed: what was written is known. */
export function noteFiles(
  context: OperationContext,
  { uncover, prune, implied }: FilesOperation,
  { written, ownerOf }: { written: readonly Placement[]; ownerOf: (placement: Placement) => Owner | undefined },
): void {
  const { ledger, target } = context;
  if (!ledger || !target.final) return;
  noteUnknown(context, [...uncover, ...prune, ...implied.map(({ path }) => path)]);
  for (const placement of written) {
    const signature = signatureOf(placement, ownerOf(placement) ?? ROOT);
    if (signature) ledger.noteUnconfirmed(placement.destination, { kind: 'there', signature });
  }
}

function signatureOf({ step, content }: Placement, { uid, gid }: Owner): Signature | undefined {
  const common = { uid, gid, capabilities: '' };
  switch (content.kind) {
    case 'root':
      return undefined;
    case 'inline': {
      const digest = createHash('sha256').update(content.text).digest('base64');
      return { kind: 'file', ...common, mode: modeAfter(step.chmod, INLINE_FILE), content: digest };
    }
    case 'context': {
      const { entry } = content;
      if (entry.kind === 'link') return { kind: 'link', ...common, mode: 0o777, content: entry.target };
      const mode = modeAfter(step.chmod, entry);
      return { kind: entry.kind, ...common, mode, content: entry.kind === 'file' ? readDigest(entry) : '' };
    }
  }
}
