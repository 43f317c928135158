import { readJsonForm } from '../../dockerfile/json-form.js';
import type { Stage, Step } from '../../dockerfile/model.js';
import { type Finding, rule } from '../rule.js';
import type { BuildFiles } from '../subject.js';
import { placeOfLines } from '../tokens.js';

/** Images that are made to have no shell, by their names. */
function isBare(ref: string): boolean {
  if (ref.startsWith('gcr.io/distroless/')) return !/:debug/.test(ref);
  return ref.startsWith('cgr.dev/chainguard/') && /\/static|:latest$|^[^:]+$/.test(ref) && !ref.includes('-dev');
}

/** What the stage starts from in the end, if it is nothing, or an image without a shell. */
function bareBase(stages: readonly Stage[], { base }: Stage): string | undefined {
  if (base.kind === 'scratch') return 'scratch';
  if (base.kind === 'image') return isBare(base.ref) ? base.ref : undefined;
  const parent = stages.find(({ index }) => index === base.stage);
  return parent && bareBase(stages, parent);
}

/** A COPY that may well bring a shell along: to the root, or to where one lies. */
const mayBringShell = (step: Step): boolean =>
  step.kind === 'copy' && /^\/(?:$|bin(?:\/|$)|usr(?:\/bin(?:\/|$)|$)|busybox)/.test(step.destination);

function findingsOf(files: BuildFiles, last: Stage): Finding[] {
  const base = bareBase(files.stages, last);
  if (base === undefined || last.steps.some(mayBringShell)) return [];
  const { liveCommand } = files.live;
  if (liveCommand !== undefined && readJsonForm(liveCommand.value).kind === 'text') {
    const message = `The live command is in shell form, but ${base} has no shell to run it.`;
    const place = placeOfLines(files, { line: liveCommand.line, endLine: liveCommand.line });
    return [{ severity: 'error', message, hint: 'Write it in JSON form, or start from an image with a shell.', place }];
  }
  const from = files.dockerfile.stages[last.index];
  if (from === undefined || !last.steps.some(({ kind }) => kind === 'copy')) return [];
  const message = `${base} has no shell: a push that has to remove a file, or to run something, becomes a rebuild.`;
  const hint = 'Give the stage with the live command a base with a shell; the stages after it are left out.';
  return [{ severity: 'note', message, hint, place: placeOfLines(files, { line: from.line, endLine: from.line }) }];
}

/** Final stages on `scratch` and the like. */
export const noShell = rule(
  {
    id: 'no-shell',
    severity: 'error',
    summary: 'The image that runs has no shell, which a live command or a push needs.',
  },
  (files) => files.stages.slice(-1).flatMap((last) => findingsOf(files, last)),
);
