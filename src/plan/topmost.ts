/** Without the paths that lie below another one of the list. */
export function topmost(paths: readonly string[]): string[] {
  const set = new Set(paths);
  return paths.filter((path) => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      if (set.has(path.slice(0, at))) return false;
    }
    return true;
  });
}
