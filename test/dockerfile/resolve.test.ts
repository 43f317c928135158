import test from 'ava';
import type { BuilderRules } from '../../src/dockerfile/builder-rules.js';
import type { BaseConfig } from '../../src/dockerfile/model.js';
import { parseDockerfile } from '../../src/dockerfile/parse.js';
import { resolveStages } from '../../src/dockerfile/resolve.js';
import { fixturesOf } from './fixtures.js';
import { renderDiagnostics } from './render-diagnostics.js';
import { renderStages } from './render-stages.js';

interface FixtureOptions {
  readonly buildArgs?: Record<string, string>;
  readonly additionalContexts?: readonly string[];
  readonly platform?: string;
  readonly builder?: BuilderRules;
  readonly bases?: Record<string, BaseConfig>;
  readonly liveCommand?: { readonly stage: number; readonly line: number };
}

for (const { title, read } of fixturesOf('dockerfile')) {
  test(title, (t) => {
    const { bases, ...options }: FixtureOptions = JSON.parse(read('options.json') ?? '{}');
    const parsed = parseDockerfile(read('Dockerfile') ?? '', 'Dockerfile');
    const resolved = resolveStages(parsed.dockerfile, {
      buildArgs: {},
      additionalContexts: [],
      baseConfig: (ref) => bases?.[ref],
      ...options,
    });
    t.is(renderStages(resolved.stages), read('expected.txt') ?? '');
    t.is(renderDiagnostics([...parsed.diagnostics, ...resolved.diagnostics]), read('diagnostics.txt') ?? '');
  });
}
