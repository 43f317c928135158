import { readFileSync } from 'node:fs';

/** What the program says about itself; from package.json. */
export interface PackageInfo {
  readonly version: string;
  readonly homepage?: string;
}

/** A file of this package, which the package's name leads to wherever the compiled code lies. */
export const packageFile = (path: string): URL => new URL(path, import.meta.resolve('docker-livepush/package.json'));

/** Reads this package's own package.json. */
export const readPackageInfo = (): PackageInfo => JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
