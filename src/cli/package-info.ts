import { readFileSync } from 'node:fs';

/** What the program says about itself; from package.json. */
export interface PackageInfo {
  readonly version: string;
  readonly homepage?: string;
}

/** Reads this package's own package.json, which the package's name leads to wherever the compiled file lies. */
export function readPackageInfo(): PackageInfo {
  return JSON.parse(readFileSync(new URL(import.meta.resolve('docker-livepush/package.json')), 'utf8'));
}
