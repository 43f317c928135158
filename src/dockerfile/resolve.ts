import type { Diagnostic } from '../diagnostics.js';
import { type BuildInput, expandBase, readGlobalArgs } from './global-args.js';
import type { ParsedDockerfile, Stage } from './model.js';
import { neededParsedStages } from './needed.js';
import { fail, type Resolved, type ResolveOptions, type Resolving, resolveStage } from './resolve-stage.js';
import { readSource } from './source-lines.js';
import { isReplaced, namesOf, resolveBase } from './stage-references.js';

/** Resolves every stage into steps with the state that a build would have there. Faults are error diagnostics. */
export function resolveStages(
  dockerfile: ParsedDockerfile,
  options: ResolveOptions,
): { stages: Stage[]; diagnostics: Diagnostic[] } {
  const { args, faults } = readGlobalArgs(dockerfile, options);
  const resolving: Resolving = {
    dockerfile,
    options,
    input: { escapeChar: dockerfile.escape, buildArgs: options.buildArgs, globalArgs: args },
    names: namesOf(dockerfile.stages, options.additionalContexts),
    // a build argument names another one
    frontend: options.buildArgs.BUILDKIT_SYNTAX ? 'other' : dockerfile.frontend,
    needed: neededParsedStages(dockerfile, options.target, options),
    lines: readSource(dockerfile.text).lines.map((line) => line.text),
    diagnostics: [],
  };
  for (const { instruction, message } of faults) {
    fail(resolving, { code: 'bad-substitution', message: `ARG cannot be expanded: ${message}.` }, instruction);
  }
  const resolved: Resolved[] = [];
  for (const stage of dockerfile.stages) resolved.push(resolveStage(resolving, stage, resolved));
  return { stages: resolved.map(({ stage }) => stage), diagnostics: resolving.diagnostics };
}

/** The images that the needed stages start from, each once, in order: their configuration is what `resolveStages` asks for. */
export function baseImages(
  dockerfile: ParsedDockerfile,
  options: BuildInput & { readonly additionalContexts: readonly string[]; readonly target?: string | undefined },
): string[] {
  const { args } = readGlobalArgs(dockerfile, options);
  const needed = neededParsedStages(dockerfile, options.target, options);
  const names = namesOf(dockerfile.stages, options.additionalContexts);
  const images = dockerfile.stages.flatMap((stage) => {
    if (!needed.has(stage.index) || isReplaced(stage, names)) return [];
    const reference = resolveBase(expandBase(stage.base, args, dockerfile.escape), stage.index, names);
    const isImage =
      reference.kind === 'fixed' && !['', 'scratch', ...options.additionalContexts].includes(reference.name);
    return isImage ? [reference.name] : [];
  });
  return [...new Set(images)];
}
