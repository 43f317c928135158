import type { IgnoreRules } from './ignore.js';

/** Names of files that editors keep beside a file for themselves: swap and backup files, locks, halves of a save. */
const names: readonly RegExp[] = [
  /~$/, // vim, emacs, gedit, nano: backups
  /^\..+\.sw[a-z]$/, // vim: swap files
  /^\.#/, // emacs: locks
  /^#.+#$/, // emacs: what was not saved yet
  /___jb_(?:tmp|old)___$/, // JetBrains
  /^\..+\.kate-swp$/, // Kate
  /^\.goutputstream-/, // GNOME
];

/** True for a path that an editor made for itself, going by its name. */
export function isEditorScratch(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return names.some((pattern) => pattern.test(name));
}

/** What a file is called while an editor is saving another one in its place. */
export const namesWhileSaving = (path: string): string[] => [`${path}~`, `${path}___jb_old___`, `${path}___jb_tmp___`];

/** The same rules, that also leave out the files of editors, but for those that a step names itself. */
export const ignoringScratch = (ignore: IgnoreRules, isNamed: (path: string) => boolean): IgnoreRules => ({
  ignores: (path) => ignore.ignores(path) || (isEditorScratch(path) && !isNamed(path)),
  prunes: (directory) => ignore.prunes(directory),
  ignoredBy: (path) => ignore.ignoredBy(path),
});
