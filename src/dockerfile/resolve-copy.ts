import { parseHeredocWord } from './heredocs.js';
import type { CopyStep, FileSource, Instruction, UnreplayableStep } from './model.js';
import { isWrittenAsDirectory, resolvePath } from './paths.js';
import { parentMode, resolveMode } from './resolve-mode.js';
import { expandIn, lookupIn } from './scope.js';
import { resolveCopyFrom } from './stage-references.js';
import { type Fields, isSet, readFlags, type StepContext } from './step-context.js';
import { expandHeredoc } from './variables.js';
import { splitWords } from './words.js';

/** What a COPY or ADD comes to. */
export type CopyFields = Fields<CopyStep> | Fields<UnreplayableStep>;

const COPY_FLAGS = ['from', 'chown', 'chmod', 'link', 'parents', 'exclude'];
const ADD_FLAGS = ['chown', 'chmod', 'link', 'exclude', 'keep-git-dir', 'checksum', 'unpack'];

/** Sources that ADD fetches from elsewhere: URLs and git repositories. */
const isRemote = (source: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/|^[\w.-]+@[\w.-]+:/i.test(source);

interface Files {
  readonly sources: readonly string[];
  readonly inline: CopyStep['inline'];
  readonly destination: string;
}

/** Sources, heredoc files and destination, expanded. An empty source is the whole context, as in a build. */
function readFiles({ json, args, heredocs }: Instruction, context: StepContext): Files {
  const words = [...(json ?? splitWords(args))];
  const destination = words.pop() ?? '';
  const sources: string[] = [];
  const inline: { name: string; content: string }[] = [];
  for (const word of words) {
    const start = json === undefined ? parseHeredocWord(word) : undefined;
    const heredoc = start && heredocs.find(({ name }) => name === start.name);
    if (heredoc === undefined) {
      sources.push(expandIn(context.state, word, context.input) || '.');
    } else {
      const { name, expand, content } = heredoc;
      inline.push({ name, content: expand ? expandHeredoc(content, lookupIn(context.state)) : content });
    }
  }
  return { sources, inline, destination: expandIn(context.state, destination, context.input) };
}

/** Where the files come from, or why that names nothing. */
function readSource(from: string | undefined, { stage, names, fail }: StepContext): FileSource | string {
  if (!from) return { kind: 'context' };
  const reference = resolveCopyFrom(from, stage, names);
  if (reference.kind !== 'fault') return reference;
  fail('stage-reference', `${reference.message}.`);
  return reference.message;
}

const unreplayable = (reason: string, sources: readonly string[]): Fields<UnreplayableStep> => ({
  kind: 'unreplayable',
  reason,
  sources,
});

/** The reason why an ADD cannot be replayed, if there is one. */
function addFault(used: (name: string) => boolean): string | undefined {
  if (used('checksum')) return 'ADD --checksum is for remote files';
  return used('keep-git-dir') ? 'ADD --keep-git-dir is for git repositories' : undefined;
}

/** Reads a COPY or ADD. Throws `SubstitutionError`. */
export function resolveCopy(instruction: Instruction, context: StepContext): CopyFields {
  const isAdd = instruction.keyword === 'ADD';
  const files = readFiles(instruction, context);
  const local = files.sources.filter((source) => !isAdd || !isRemote(source));
  const flags = readFlags(instruction, isAdd ? ADD_FLAGS : COPY_FLAGS);
  if (flags.kind === 'unknown') return unreplayable(`${instruction.keyword} --${flags.name} is not known`, local);
  const last = (name: string): string | undefined => flags.all(name).at(-1)?.value;
  const url = isAdd ? undefined : files.sources.find((source) => /^https?:\/\//i.test(source));
  if (url !== undefined) {
    context.fail('bad-argument', `COPY takes no URLs such as ${url}: ADD does.`);
    return unreplayable('COPY takes no URLs', local);
  }
  const checksum = isAdd ? last('checksum') : undefined;
  if (checksum !== undefined && !/\$|^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]{8,}$/.test(checksum)) {
    context.fail('bad-argument', `ADD --checksum takes sha256: and a digest, not ${checksum}.`);
  }
  const remote = isAdd ? files.sources.find(isRemote) : undefined;
  if (remote !== undefined) {
    return { ...unreplayable(`ADD of ${remote} fetches files that do not lie in the context`, local), remote };
  }
  const fault = isAdd ? addFault((name) => flags.all(name).length > 0) : undefined;
  if (fault !== undefined) return unreplayable(fault, local);
  const from = readSource(last('from'), context);
  if (typeof from === 'string') return unreplayable(from, []);
  const mode = resolveMode(last('chmod'), context);
  if (mode.kind === 'unsure') return unreplayable(mode.reason, local);
  const { chmod } = mode;
  const chown = last('chown');
  return {
    kind: 'copy',
    // Without unpacking, ADD of local files is COPY.
    add: isAdd && isSet(flags.all('unpack'), true),
    from,
    sources: files.sources,
    inline: files.inline,
    destination: resolvePath(context.state.workdir, files.destination),
    intoDirectory: isWrittenAsDirectory(files.destination),
    chown: (chown && expandIn(context.state, chown, context.input)) || undefined,
    chmod,
    parentMode: parentMode(chmod, context),
    ownsMembers: context.builder?.ownerOfMembers ?? false,
    link: isSet(flags.all('link')),
    parents: isSet(flags.all('parents')),
    // taken as written: builders expand no variables in it
    exclude: flags.all('exclude').map(({ value }) => value ?? ''),
  };
}
