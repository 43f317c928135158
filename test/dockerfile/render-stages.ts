import type { FileSource, Mount, Stage, StageBase, Step } from '../../src/dockerfile/model.js';

const quoted = (text: string): string => (text.includes(' ') ? JSON.stringify(text) : text);

const sourceText = (source: FileSource): string => {
  if (source.kind === 'context') return 'context';
  return source.kind === 'stage' ? `stage ${source.stage}` : source.name;
};

const baseText = (base: StageBase): string => {
  if (base.kind === 'scratch') return 'scratch';
  return base.kind === 'stage' ? `stage ${base.stage}` : base.ref;
};

const fields = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== false && value !== '')
    .map(([name, value]) => (value === true ? name : `${name}=${value}`))
    .join(' ');

function mountText({ from, type, target, readOnly, ...others }: Mount): string {
  const isFrom = type === 'bind' || type === 'cache';
  return fields({ mount: type, target, from: isFrom && sourceText(from), readOnly, ...others });
}

const listText = (name: string, record: Readonly<Record<string, string>>): string[] => {
  const pairs = Object.entries(record).filter(([key]) => key !== 'PATH');
  return pairs.length === 0
    ? []
    : [`${name} ${pairs.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(' ')}`];
};

function detailsOf(step: Step): string[] {
  switch (step.kind) {
    case 'copy': {
      const { from, sources, destination, intoDirectory, chown, chmod, link, parents, add } = step;
      const exclude = step.exclude.join(' ');
      const parentMode = step.parentMode === 0o755 ? undefined : step.parentMode.toString(8);
      const ownsMembers = add && chown !== undefined && step.ownsMembers;
      const flags = fields({ add, intoDirectory, chown, chmod, parentMode, ownsMembers, link, parents, exclude });
      const inline = step.inline.map(({ name, content }) => `inline ${name} ${JSON.stringify(content)}`);
      return [`${sourceText(from)}: ${sources.map(quoted).join(' ')} -> ${destination} ${flags}`.trimEnd(), ...inline];
    }
    case 'run':
      return [`argv ${JSON.stringify(step.argv)}`, ...step.mounts.map(mountText)];
    case 'unreplayable':
      return [`because ${step.reason}`, ...(step.sources.length > 0 ? [`sources ${step.sources.join(' ')}`] : [])];
    case 'workdir':
    case 'config':
      return [];
  }
}

/** Only steps that are carried out show their state. */
function stateOf({ kind, state }: Step): string[] {
  if (kind === 'config') return [];
  const { workdir, user, env, args, shell } = state;
  const shown = shell.join(' ') === '/bin/sh -c' ? '' : JSON.stringify(shell);
  return [fields({ in: workdir, user, shell: shown }), ...listText('env', env), ...listText('args', args)];
}

function stepLines(step: Step): string[] {
  const { index, line, endLine, kind, afterLive, text } = step;
  const where = line === endLine ? `${line}` : `${line}-${endLine}`;
  const head = `  ${index} line ${where} ${kind}${afterLive ? ' after-live' : ''}: ${text}`;
  return [head, ...[...detailsOf(step), ...stateOf(step)].map((detail) => `      ${detail}`)];
}

/** Stages and their steps as text, one fact a line, for fixtures. PATH is left out. */
export function renderStages(stages: readonly Stage[]): string {
  const lines = stages.flatMap(({ index, name, base, platform, steps }) => [
    `stage ${index}${name === undefined ? '' : ` ${name}`} from ${baseText(base)}${platform ? ` for ${platform}` : ''}`,
    ...steps.flatMap(stepLines),
  ]);
  return `${lines.join('\n')}\n`;
}
