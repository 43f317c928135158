import type { Diagnostic } from '../diagnostics.js';
import type { Service } from './project.js';
import { RESTART_SETTINGS, type RestartSetting, readRestartSetting } from './restart-setting.js';
import { mapOf, textOf } from './yaml-value.js';

/** The `restart` of a service's `x-livepush`; undefined without one. A wrong one is an error among the diagnostics. */
export function restartOption({ name, livepush }: Pick<Service, 'name' | 'livepush'>): {
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
