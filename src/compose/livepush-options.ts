import { posix } from 'node:path';
import type { Diagnostic } from '../diagnostics.js';
import type { Service } from './project.js';
import { RESTART_SETTINGS, type RestartSetting, readRestartSetting } from './restart-setting.js';
import { mapOf, textOf } from './yaml-value.js';

type Named = Pick<Service, 'name' | 'livepush'>;

/** The `restart` of a service's `x-livepush`; undefined without one. A wrong one is an error among the diagnostics. */
export function restartOption({ name, livepush }: Named): {
  readonly setting?: RestartSetting;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { restart } = mapOf(livepush);
  if (restart === undefined) return { diagnostics: [] };
  // YAML reads a bare `no` as false
  const written = restart === false ? 'none' : (textOf(restart) ?? '');
  const setting = readRestartSetting(written);
  if (setting) return { setting, diagnostics: [] };
  const message = `services.${name}.x-livepush.restart is no way to restart a service: ${JSON.stringify(restart)}.`;
  const hint = `Write ${RESTART_SETTINGS}.`;
  return { diagnostics: [{ code: 'restart-setting', severity: 'error', message, hint }] };
}

/** What else `x-livepush` says of a service's pushes. */
export interface PushSettings {
  /** `mounts: restart`: an edit that lands only under bind mounts restarts the main process all the same. */
  readonly restartsUnderMounts: boolean;
  /** `replay: build`: a push with a RUN in it is a build. */
  readonly leavesRunsToBuild: boolean;
  /** `forget: [PATH…]`: what goes before each restart; clean, relative to the working directory of the container or absolute. */
  readonly forget: readonly string[];
}

/** The words that each key takes, besides those that say what happens anyway. */
const WORDS = { mounts: ['restart'], replay: ['build'] } as const;

/** Reads `mounts`, `replay` and `forget` of a service's `x-livepush`. A wrong word is an error among the diagnostics. */
export function pushSettings({ name, livepush }: Named): {
  readonly settings: PushSettings;
  readonly diagnostics: readonly Diagnostic[];
} {
  const given = mapOf(livepush);
  const diagnostics = Object.entries(WORDS).flatMap(([key, words]): Diagnostic[] => {
    const value = given[key];
    if (value === undefined || words.some((word) => word === value)) return [];
    const message = `services.${name}.x-livepush.${key} is not a word that is known: ${JSON.stringify(value)}.`;
    const hint = `Write ${words.join(' or ')}, or leave it out.`;
    return [{ code: `${key}-setting`, severity: 'error', message, hint }];
  });
  const forget = forgetOption(name, given.forget);
  const settings = {
    restartsUnderMounts: given.mounts === 'restart',
    leavesRunsToBuild: given.replay === 'build',
    forget: forget.paths,
  };
  return { settings, diagnostics: [...diagnostics, ...forget.diagnostics] };
}

/** A folder that somebody stands in, or all there is, is more than anybody means. */
const isTooMuch = (path: string): boolean => ['', '.', '/', '..'].includes(path) || path.startsWith('../');

function forgetOption(name: string, value: unknown): { paths: string[]; diagnostics: Diagnostic[] } {
  const written = value === undefined ? [] : Array.isArray(value) ? value : [value];
  const paths = written.map((path) => (typeof path === 'string' ? posix.normalize(path).replace(/(?<=.)\/$/, '') : ''));
  const wrong = written.filter((_, at) => isTooMuch(paths[at] ?? ''));
  if (wrong.length === 0) return { paths, diagnostics: [] };
  const message = `services.${name}.x-livepush.forget names no path that can go at a restart: ${JSON.stringify(wrong[0])}.`;
  const hint = 'Write paths in the container, absolute or below its working directory.';
  return { paths: [], diagnostics: [{ code: 'forget-setting', severity: 'error', message, hint }] };
}
